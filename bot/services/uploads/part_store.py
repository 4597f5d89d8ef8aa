"""The parts of an upload, sealed one by one and opened again in their order."""

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.upload_parts import decrypt_part
from bot.domain.offers.upload import Upload
from bot.errors import TemporaryError
from bot.ids import AttachmentId, BlobId
from bot.ports import BlobStore, KeyVault

PART_BYTES = 4 * 1024 * 1024
"""What is lost at most when the power goes, and the most of a file that is held in memory at once."""
LEAST_PART_BYTES = 1024 * 1024
"""As small as parts are that a browser seals itself, for each of them arrives whole or not at all."""
POSTER = "poster"
"""The place of a picture out of a film."""


async def in_parts(chunks: AsyncIterator[bytes], most: int = PART_BYTES) -> AsyncIterator[bytes]:
    """The same bytes, `most` at a time. What `chunks` breaks off with comes last, after all that came before."""
    held = bytearray()
    broken: TemporaryError | None = None
    try:
        async for chunk in chunks:
            held += chunk
            while len(held) >= most:
                yield bytes(held[:most])
                del held[:most]
    except TemporaryError as error:
        broken = error
    if held:
        yield bytes(held)
    if broken:
        raise broken


@dataclass(frozen=True, slots=True)
class PartStore:
    blobs: BlobStore
    vault: KeyVault

    async def key(self, upload: Upload) -> ContentKey:
        """Raises KeyUnwrapFailed."""
        return await self.vault.unwrap(upload.key, upload.context)

    async def put(self, sealed: bytes) -> BlobId:
        """On the disk when this returns."""
        blob = BlobId(secrets.token_hex(16))
        await self.blobs.put(blob, _whole(sealed))
        return blob

    async def read(self, upload: Upload) -> AsyncIterator[bytes]:
        """The file, part by part. Raises OperatorError when one is damaged."""
        key = await self.key(upload)
        for part in upload.parts:
            yield await self._open(part.blob, key, upload.id, part.position)

    async def poster(self, upload: Upload) -> bytearray | None:
        if upload.poster is None:
            return None
        key = await self.key(upload)
        return bytearray(await self._open(upload.poster, key, upload.id, POSTER))

    async def delete(self, *blobs: BlobId) -> None:
        for blob in blobs:
            await self.blobs.delete(blob)

    async def _open(self, blob: BlobId, key: ContentKey, upload: AttachmentId, place: str) -> bytes:
        sealed = b"".join([chunk async for chunk in self.blobs.read(blob)])
        return decrypt_part(key, upload, place, sealed)


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
