"""Sealing and opening of streams, off the event loop, never holding more than a few chunks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor

from bot.crypto.attachment_cipher import Decryptor, DigestMismatch, Encryptor, PartDecryptor
from bot.i18n import gettext_lazy

CHUNK_BYTES = 2 * 1024 * 1024
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


async def encrypted_chunks(
    chunks: AsyncIterator[bytes],
    sealer: Encryptor,
    watching: Callable[[bytes], None] = lambda _plaintext: None,
) -> AsyncIterator[bytes]:
    """The ciphertext. Once it has come to its end, `sealer.sha256()` is the digest of all of it.

    `watching` sees all of the plaintext, in order. Both have a thread of their own and work while whoever takes a
    chunk is busy with it. AES stays in this thread: it is five times faster, and `cryptography` lets no other one
    run meanwhile.
    """
    loop = asyncio.get_running_loop()
    digesting: deque[asyncio.Future[tuple[None, None]]] = deque()
    # A thread of its own keeps the order, so the next chunk can wait there while this one is done.
    digest, watch = (ThreadPoolExecutor(max_workers=1, thread_name_prefix="digest") for _ in "12")
    try:
        async for plaintext in rechunked(chunks):
            ciphertext = sealer.encrypt(plaintext)
            if len(digesting) > 1:
                await digesting.popleft()
            digesting.append(
                asyncio.gather(
                    loop.run_in_executor(digest, sealer.digest, ciphertext),
                    loop.run_in_executor(watch, watching, plaintext),
                )
            )
            yield ciphertext
        await asyncio.gather(*digesting)
    finally:
        digest.shutdown(wait=False)
        watch.shutdown(wait=False)


async def decrypted_chunks(chunks: AsyncIterator[bytes], opener: Decryptor) -> AsyncIterator[bytes]:
    """The plaintext. Raises DigestMismatch at the end if it is not what was sealed: until then
    nothing that came out may be trusted."""
    async for ciphertext in rechunked(chunks):
        yield await asyncio.to_thread(opener.decrypt, ciphertext)
    opener.verify()


async def decrypted_range(
    chunks: AsyncIterator[bytes], opener: PartDecryptor, length: int
) -> AsyncIterator[bytes]:
    """So many bytes of plaintext, and no more is read than that needs. Raises DigestMismatch if they are not there."""
    left = length
    async for ciphertext in chunks:
        plaintext = opener.open(ciphertext[:left])
        left -= len(plaintext)
        yield plaintext
        if left <= 0:
            return
    if left:
        raise DigestMismatch(gettext_lazy("it is shorter than it was."))
