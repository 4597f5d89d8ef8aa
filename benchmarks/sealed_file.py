"""One file sealed as the product does it: read from disk, encrypted, digested, stored with fsync."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

from appservice.storage.local import LocalBlobStore
from bot.crypto.content import ContentKey, Sealer
from bot.crypto.streams import sealing
from bot.ids import BlobId

_READ_BYTES = 1024 * 1024


async def seal(source: Path, store: LocalBlobStore) -> BlobId:
    """The new blob, on the disk."""
    blob = BlobId(secrets.token_hex(16))
    size = await store.put(blob, sealing(_read(source), Sealer(ContentKey.fresh())))
    assert size == source.stat().st_size
    return blob


async def _read(source: Path) -> AsyncIterator[bytes]:
    with source.open("rb", buffering=0) as file:
        while chunk := await asyncio.to_thread(file.read, _READ_BYTES):
            yield chunk
