"""A file that is there whole or not at all, whatever happens meanwhile."""

import fcntl
import mmap
import os
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Self

BUFFER_BYTES = 4 * 1024 * 1024
BUFFERS = 3
_PAST_THE_CACHE = getattr(os, "O_DIRECT", 0)


class DurableFile:
    """Written under a temporary name, and given its own only when all of it is on the disk.

    It goes past the page cache where the file system allows it (O_DIRECT, open(2)): large files that
    are read once need no place there, and the disk works from the first chunk on, not at the end.

    One buffer is filled while others wait for the disk, so the disk never waits. All but `fill` and
    `take_full` are meant for threads; what is called while another call still runs waits for it, so a
    file is never closed under a writer. All raise OSError.
    """

    __slots__ = ("_buffer", "_descriptor", "_filled", "_free", "_path", "_turn")

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        # Memory maps begin where pages begin, as O_DIRECT wants it.
        self._free = deque(mmap.mmap(-1, BUFFER_BYTES) for _ in range(BUFFERS))
        self._buffer = self._free.popleft()
        self._filled = 0
        self._turn = threading.Lock()

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new file, readable by its owner only."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with suppress(OSError):  # Not on this file system: then through the cache.
            fcntl.fcntl(descriptor, fcntl.F_SETFL, _PAST_THE_CACHE)
        return cls(path, descriptor)

    def fill(self, data: memoryview) -> int:
        """Takes as many bytes as there is room for, and says how many."""
        taken = min(len(data), BUFFER_BYTES - self._filled)
        self._buffer[self._filled : self._filled + taken] = data[:taken]
        self._filled += taken
        return taken

    @property
    def full(self) -> bool:
        return self._filled == BUFFER_BYTES

    def take_full(self) -> mmap.mmap:
        """The full buffer, for `write`. At most BUFFERS - 2 others may wait there."""
        full, self._buffer, self._filled = self._buffer, self._free.popleft(), 0
        return full

    def write(self, full: mmap.mmap) -> None:
        """Write a buffer that was taken; they are written in the order of the calls."""
        with self._turn:
            self._write(full, BUFFER_BYTES)
        self._free.append(full)

    def publish(self, path: Path) -> None:
        """With what is in the buffer it is on the disk under `path`, in place of what stood there."""
        with self._turn:
            self._through_the_cache()  # The end may be of any length.
            self._write(self._buffer, self._filled)
            os.fsync(self._descriptor)
        self._close()
        _make_folders(path.parent)
        self._path.replace(path)
        _sync_folder(path.parent)

    def discard(self) -> None:
        """It never was."""
        self._close()
        self._path.unlink(missing_ok=True)

    def _write(self, buffer: mmap.mmap, size: int) -> None:
        with memoryview(buffer) as whole:
            done = 0
            while done < size:
                done += os.write(self._descriptor, whole[done:size])
                if done < size:
                    self._through_the_cache()  # What follows is no longer aligned.

    def _through_the_cache(self) -> None:
        fcntl.fcntl(self._descriptor, fcntl.F_SETFL, 0)

    def _close(self) -> None:
        with self._turn:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """The names in the folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
