"""The blob store in memory: whole or not there, like the real one."""

from collections.abc import AsyncIterator

from bot.errors import Broken
from bot.ids import BlobId


class MemoryBlobStore:
    def __init__(self) -> None:
        self.blobs: dict[BlobId, bytes] = {}

    async def put(self, blob: BlobId, chunks: AsyncIterator[bytes]) -> int:
        data = b"".join([chunk async for chunk in chunks])
        self.blobs[blob] = data
        return len(data)

    async def read(self, blob: BlobId) -> AsyncIterator[bytes]:
        if blob not in self.blobs:
            raise Broken(f"there is no blob {blob}")
        yield self.blobs[blob]

    async def delete(self, blob: BlobId) -> None:
        self.blobs.pop(blob, None)
