"""Blobs in a folder of this machine."""

import asyncio
import errno
import re
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

from appservice.storage.durable_file import BUFFERS, DurableFile
from bot.errors import OperatorError, TemporaryError
from bot.ids import BlobId

_READ_BYTES = 1024 * 1024
_PARTIAL = "partial"
_STALE_AFTER = 3600.0
_FULL = {errno.ENOSPC, errno.EDQUOT}
_BLOB_ID = re.compile(r"[a-z0-9]{8,128}")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LocalBlobStore:
    """`folder/ab/cd/abcd…`; what is still being written lies in `folder/partial`."""

    folder: Path

    @classmethod
    async def open(cls, folder: Path) -> Self:
        """Makes the folder if need be, and sweeps out what a crash left half-written."""
        await _in_thread(_prepare, folder)
        return cls(folder)

    async def put(self, blob: BlobId, chunks: AsyncIterator[bytes]) -> int:
        """Store all chunks, on the disk when this returns; the size in bytes.

        Raises TemporaryError when the disk is full, OperatorError when it fails, and whatever `chunks` raises.
        """
        path = self._path(blob)
        partial = self.folder / _PARTIAL / f"{blob}.{secrets.token_hex(4)}"
        making = asyncio.ensure_future(_in_thread(DurableFile.create, partial))
        try:
            file = await asyncio.shield(making)
        except asyncio.CancelledError:
            # The thread goes on, and what it makes is nobody's.
            await _in_thread((await making).discard)
            raise
        try:
            size = await _write(file, chunks)
            await _in_thread(file.publish, path)
        except BaseException:
            await _in_thread(file.discard)
            raise
        return size

    async def read(self, blob: BlobId, start: int = 0) -> AsyncIterator[bytes]:
        """From that byte on. Raises OperatorError when there is no such blob."""
        file = await _in_thread(self._path(blob).open, "rb", 0)
        try:
            file.seek(start)
            while chunk := await _in_thread(file.read, _READ_BYTES):
                yield chunk
        finally:
            file.close()

    async def delete(self, blob: BlobId) -> None:
        """Nothing happens when there is none."""
        await _in_thread(self._path(blob).unlink, missing_ok=True)

    async def put_before(self, moment: datetime) -> AsyncIterator[BlobId]:
        """By the time of the file; a folder at a time."""
        for letters in await _in_thread(_folders, self.folder):
            for blob in await _in_thread(_older, letters, moment.timestamp()):
                yield blob

    def _path(self, blob: BlobId) -> Path:
        if not _BLOB_ID.fullmatch(blob):
            raise OperatorError("a blob id that cannot be a file name")
        return self.folder / blob[:2] / blob[2:4] / blob


async def _write(file: DurableFile, chunks: AsyncIterator[bytes]) -> int:
    """Fills one buffer while others are written; what is left in the last one is not written yet."""
    loop = asyncio.get_running_loop()
    writing: deque[asyncio.Future[None]] = deque()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="blob")
    size = 0
    try:
        async for chunk in chunks:
            size += len(chunk)
            rest = memoryview(chunk)
            while rest:
                rest = rest[file.fill(rest) :]
                if file.full:
                    if len(writing) == BUFFERS - 1:
                        with _translated():
                            await writing.popleft()
                    writing.append(loop.run_in_executor(thread, file.write, file.take_full()))
                    writing[-1].add_done_callback(_seen)
        with _translated():
            await asyncio.gather(*writing)
    finally:
        thread.shutdown(wait=False)
    return size


def _seen(done: asyncio.Future[None]) -> None:
    """Keeps asyncio from reporting the error of a write whose caller has given up."""
    if not done.cancelled():
        done.exception()


async def _in_thread(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    with _translated():
        return await asyncio.to_thread(call, *arguments, **named)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise OperatorError("there is no such blob") from error
    except OSError as error:
        if error.errno in _FULL:
            raise TemporaryError("the disk for blobs is full") from error
        raise OperatorError(f"the disk for blobs fails: {error.strerror}") from error


def _prepare(folder: Path) -> None:
    partial = folder / _PARTIAL
    partial.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in partial.iterdir():
        if time.time() - left.stat().st_mtime > _STALE_AFTER:
            left.unlink(missing_ok=True)


def _folders(folder: Path) -> list[Path]:
    return sorted(folder.glob("??/??"))


def _older(folder: Path, moment: float) -> list[BlobId]:
    files = [file for file in folder.iterdir() if _BLOB_ID.fullmatch(file.name)]
    return sorted(BlobId(file.name) for file in files if file.stat().st_mtime < moment)
