"""Sealing and opening as streams: chunk by chunk, in threads, with flat memory."""

import asyncio
from collections.abc import AsyncIterator

from bot.crypto.content import Opener, Sealer

CHUNK_BYTES = 1024 * 1024
"""Large enough that the hop to a thread is small beside the work."""


async def rechunked(chunks: AsyncIterator[bytes], size: int = CHUNK_BYTES) -> AsyncIterator[bytes]:
    """The same bytes in chunks of at least `size` bytes, the last one perhaps smaller."""
    kept: list[bytes] = []
    length = 0
    async for chunk in chunks:
        kept.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(kept) if len(kept) > 1 else chunk
            kept, length = [], 0
    if length:
        yield b"".join(kept)


async def sealing(plaintext: AsyncIterator[bytes], sealer: Sealer) -> AsyncIterator[bytes]:
    """The ciphertext. Each chunk is digested while its taker stores it."""
    async for chunk in rechunked(plaintext):
        ciphertext = await asyncio.to_thread(sealer.encrypt, chunk)
        digesting = asyncio.create_task(asyncio.to_thread(sealer.digest, ciphertext))
        try:
            yield ciphertext
        finally:
            await digesting


async def opening(ciphertext: AsyncIterator[bytes], opener: Opener) -> AsyncIterator[bytes]:
    """The plaintext. Raises DigestMismatch behind the last chunk if it is not what was sealed."""
    async for chunk in rechunked(ciphertext):
        yield await asyncio.to_thread(opener.open, chunk)
    opener.verify()
