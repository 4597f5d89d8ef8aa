"""Sealing and opening of streams, off the event loop, never holding more than a few chunks."""

import asyncio
from collections.abc import AsyncIterator

from bot.crypto.content import Opener, Sealer

CHUNK_BYTES = 4 * 1024 * 1024
"""Large enough that changing threads costs little beside the work, small enough for memory."""


async def rechunked(chunks: AsyncIterator[bytes], least: int = CHUNK_BYTES) -> AsyncIterator[bytes]:
    """The same bytes in chunks of at least `least` bytes, but for the last one."""
    held: list[bytes] = []
    size = 0
    async for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= least:
            joined = chunk if len(held) == 1 else b"".join(held)
            held, size = [], 0
            yield joined
    if size:
        yield b"".join(held)


async def sealing(chunks: AsyncIterator[bytes], sealer: Sealer) -> AsyncIterator[bytes]:
    """The ciphertext. Once it has come to its end, `sealer.sha256()` is the digest of all of it.

    Each chunk goes into the digest in a thread, while whoever takes it is busy with it. AES stays
    in this thread: it is five times faster, and `cryptography` lets no other one run meanwhile.
    """
    loop = asyncio.get_running_loop()
    digesting: asyncio.Future[None] | None = None
    async for plaintext in rechunked(chunks):
        ciphertext = sealer.encrypt(plaintext)
        if digesting is not None:
            await digesting
        digesting = loop.run_in_executor(None, sealer.digest, ciphertext)
        yield ciphertext
    if digesting is not None:
        await digesting


async def opening(chunks: AsyncIterator[bytes], opener: Opener) -> AsyncIterator[bytes]:
    """The plaintext. Raises DigestMismatch at the end if it is not what was sealed: until then
    nothing that came out may be trusted."""
    async for ciphertext in rechunked(chunks):
        yield await asyncio.to_thread(opener.open, ciphertext)
    opener.verify()
