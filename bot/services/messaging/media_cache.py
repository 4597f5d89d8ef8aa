"""The homeserver's copies of what we keep. They are a cache: what it has lost, it is given again."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from bot.crypto.attachment_cipher import ContentKey, Decryptor, Encryptor
from bot.crypto.encrypt_stream import decrypted_chunks
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.offers.attachment import Attachment, EncryptedBlob
from bot.ids import MxcUri, OfferId
from bot.ports import BlobStore, KeyVault, Media, MediaGone, Store

_CIPHERTEXT = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class CachedMedia:
    store: Store
    media: Media
    blobs: BlobStore
    vault: KeyVault

    async def ciphertext(self, sealed: EncryptedBlob) -> MxcUri:
        """Where clients fetch the sealed bytes; useless without the key."""
        return await self._ensure(
            sealed.blob, lambda: self.blobs.read(sealed.blob), sealed.size, _CIPHERTEXT
        )

    async def plaintext(self, offer: OfferId, free: Attachment) -> MxcUri:
        """Where everybody fetches a free preview."""
        sealed = free.encrypted
        if free.paid or sealed is None:
            raise ValueError("only a sealed free preview may be given away")
        key = await self.vault.unwrap(sealed.key, sealed.context(offer))
        return await self._ensure(
            f"free:{sealed.blob}",
            lambda: decrypted_chunks(self.blobs.read(sealed.blob), Decryptor(key, sealed.sha256)),
            sealed.size,
            free.info.mimetype,
        )

    async def picture(self, name: str, png: bytes) -> MxcUri:
        """Where everybody fetches a teaser."""

        return await self._ensure(name, lambda: _whole(png), len(png), "image/png")

    async def encrypted(self, data: bytes) -> EncryptedFile:
        """A small file for those who get the event, under a key of its own."""
        sealer = Encryptor(key := ContentKey.fresh())
        ciphertext = sealer.encrypt(data)
        sealer.digest(ciphertext)
        url = await self.media.reserve(len(ciphertext))
        await self.media.upload(url, _whole(ciphertext), size=len(ciphertext), mimetype=_CIPHERTEXT)
        return EncryptedFile(url, key, sealer.sha256())

    async def _ensure(
        self, name: str, chunks: Callable[[], AsyncIterator[bytes]], size: int, mimetype: str
    ) -> MxcUri:
        async with self.store.begin() as uow:
            known = await uow.media_copies.of(name)
        if known is not None and await self.media.has(known):
            return known
        if known is not None:
            try:
                await self.media.upload(known, chunks(), size=size, mimetype=mimetype)
            except MediaGone:
                pass
            else:
                if await self.media.has(known):
                    return known
        fresh = await self.media.reserve(size)
        async with self.store.begin() as uow:
            await uow.media_copies.save(name, fresh)
        await self.media.upload(fresh, chunks(), size=size, mimetype=mimetype)
        return fresh


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
