"""Read a stream of bytes by pieces of any size, and hold no more of it than is looked at."""

import asyncio
from collections.abc import AsyncIterator

_ELEMENTS_BEFORE_OTHERS_RUN = 500
_MOST_ELEMENTS = 1_000_000


class Malformed(Exception):
    """The file is not what it begins as."""


class Reader:
    """What is read from `chunks` comes out again by `take` and `rest`, or is left out by `drop`."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = aiter(chunks)
        self._held = b""
        self._start = 0
        self._elements = 0
        self.at = 0
        """Bytes that were taken or dropped so far."""

    async def peek(self, size: int) -> bytes:
        """Return the next bytes without taking them; fewer only at the end of the file."""
        missing = size - (len(self._held) - self._start)
        if missing > 0:
            pieces = [self._held[self._start :]]
            while missing > 0 and (chunk := await anext(self._chunks, None)) is not None:
                pieces.append(chunk)
                missing -= len(chunk)
            self._held, self._start = b"".join(pieces), 0
        return self._held[self._start : self._start + size]

    async def take(self, size: int) -> AsyncIterator[bytes]:
        """Yield the next bytes; fewer only at the end of the file."""
        while size > 0 and (piece := await self._next(size)):
            size -= len(piece)
            yield piece

    async def drop(self, size: int) -> AsyncIterator[bytes]:
        """Yield nothing for each piece, so that the caller keeps pace."""
        async for _ in self.take(size):
            yield b""

    async def rest(self) -> AsyncIterator[bytes]:
        while piece := await self._next(None):
            yield piece

    async def drain(self) -> AsyncIterator[bytes]:
        """Do so up to the end, because the sender's checksum is verified there."""
        async for _ in self.rest():
            yield b""

    async def count(self) -> None:
        """Raise Malformed for a file of too many elements; let others run between them."""
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise Malformed
        if self._elements % _ELEMENTS_BEFORE_OTHERS_RUN == 0:
            await asyncio.sleep(0)

    async def _next(self, most: int | None) -> bytes:
        while self._start >= len(self._held):
            chunk = await anext(self._chunks, None)
            if chunk is None:
                return b""
            self._held, self._start = chunk, 0
        end = len(self._held) if most is None else min(self._start + most, len(self._held))
        piece = self._held[self._start : end]
        self._start = end
        self.at += len(piece)
        return piece
