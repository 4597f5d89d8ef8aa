"""A file that is there whole or not at all, whatever happens meanwhile."""

import os
import threading
from pathlib import Path
from typing import Self


class DurableFile:
    """Written under a temporary name, and given its own only when all of it is on the disk.

    Meant for threads: what is called while another call still runs waits for it, so a file is
    never closed under a writer. `sync` may run beside `write`.
    """

    __slots__ = ("_descriptor", "_path", "_syncing", "_writing")

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._writing = threading.Lock()
        self._syncing = threading.Lock()

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new file, readable by its owner only. Raises OSError, as all the others do."""
        return cls(path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))

    def write(self, chunk: bytes) -> None:
        with self._writing:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def sync(self) -> None:
        """What was written so far is on the disk."""
        with self._syncing:
            os.fsync(self._descriptor)

    def publish(self, path: Path) -> None:
        """It is on the disk under `path`, in place of whatever stood there."""
        self.sync()
        self._close()
        _make_folders(path.parent)
        self._path.replace(path)
        sync_folder(path.parent)

    def discard(self) -> None:
        """It never was."""
        self._close()
        self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        with self._writing, self._syncing:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1


def sync_folder(folder: Path) -> None:
    """The names in the folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folders(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
