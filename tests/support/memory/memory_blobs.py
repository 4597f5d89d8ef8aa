"""The blob store in memory: whole or not there, like the real one."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

from bot.errors import OperatorError
from bot.ids import BlobId


class MemoryBlobStore:
    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.blobs: dict[BlobId, bytes] = {}
        self._now = now
        self._put_at: dict[BlobId, datetime] = {}

    async def put(self, blob: BlobId, chunks: AsyncIterator[bytes]) -> int:
        data = b"".join([chunk async for chunk in chunks])
        self.blobs[blob] = data
        self._put_at[blob] = self._now()
        return len(data)

    async def read(self, blob: BlobId, start: int = 0) -> AsyncIterator[bytes]:
        if blob not in self.blobs:
            raise OperatorError(f"there is no blob {blob}")
        for at in range(start, len(self.blobs[blob]), 1000):
            yield self.blobs[blob][at : at + 1000]

    async def delete(self, blob: BlobId) -> None:
        self.blobs.pop(blob, None)

    async def put_before(self, moment: datetime) -> AsyncIterator[BlobId]:
        for blob in [each for each in self.blobs if self._put_at[each] < moment]:
            yield blob
