"""One file sealed as the product does it: read from disk, encrypted, digested, stored with fsync."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from appservice.storage.local_blob_store import LocalBlobStore
from bot.crypto.attachment_cipher import ContentKey, Encryptor
from bot.crypto.encrypt_stream import CHUNK_BYTES, encrypted_chunks
from bot.ids import BlobId


async def seal(source: Path, store: LocalBlobStore) -> BlobId:
    """The new blob, on the disk."""
    blob = BlobId(secrets.token_hex(16))
    await store.put(blob, encrypted_chunks(_read(source), Encryptor(ContentKey.fresh())))
    return blob


async def _read(source: Path) -> AsyncIterator[bytes]:
    """One chunk ahead, as the network's buffers are in the product."""
    loop = asyncio.get_running_loop()
    with source.open("rb", buffering=0) as file, ThreadPoolExecutor(max_workers=1) as thread:
        coming = loop.run_in_executor(thread, file.read, CHUNK_BYTES)
        while chunk := await coming:
            coming = loop.run_in_executor(thread, file.read, CHUNK_BYTES)
            yield chunk
