"""Sealing one attachment: fetched, encrypted and stored in a single pass, never whole in memory."""

import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace

from bot.attachment import Attachment, Kind, MediaInfo, Sealed, Source, Thumbnail
from bot.crypto.content import ContentKey, Opener, Sealer
from bot.crypto.envelope import KeyContext
from bot.crypto.streams import opening, sealing
from bot.errors import Refusal
from bot.ids import BlobId, OfferId
from bot.jobs import Seal, ShowDraft
from bot.ports import BlobStore, KeyVault, Media, Picture, Pictures, Store
from bot.selling.compose import Limits
from bot.selling.quotas import Quotas

_LARGEST_PICTURE = 32 * 1024 * 1024
_THUMBNAIL = Limits(file_size=4 * 1024 * 1024, attachments=1)


@dataclass(frozen=True, slots=True)
class SealAttachment:
    store: Store
    media: Media
    blobs: BlobStore
    vault: KeyVault
    pictures: Pictures
    limits: Limits
    quotas: Quotas

    async def __call__(self, job: Seal) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            used = await uow.usage.bytes_of(offer.seller) if offer else 0
        attachment = offer.attachment(job.attachment) if offer else None
        if attachment is None or attachment.sealed or attachment.fault:
            return
        try:
            outcome = await self._sealed(job.offer, attachment, used)
        except Refusal as refusal:
            outcome = attachment.failed(str(refusal))
        if outcome.exposed_for is not None:
            outcome = replace(outcome, purged=await self.media.purge(attachment.source))
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            if offer is None:
                return
            await uow.offers.save(
                offer.changing(job.attachment, lambda current: replace(outcome, paid=current.paid))
            )
            await uow.jobs.add(ShowDraft(job.offer), once=True)

    async def _sealed(self, offer: OfferId, attachment: Attachment, used: int) -> Attachment:
        """`used`: bytes that the seller keeps here already."""

        def require(size: int) -> None:
            self.limits.require_size(size)
            self.quotas.require_storage(used, size)

        require(attachment.info.size or 0)
        kept = bytearray() if attachment.kind is Kind.IMAGE else None
        plaintext = _counted(_opened(self.media, attachment.source), require)
        sealed = await self._seal(offer, _keeping(plaintext, kept, _LARGEST_PICTURE))
        if kept is None and attachment.thumbnail_source:
            kept = await self._small(attachment.thumbnail_source)
        picture = await self.pictures.look(bytes(kept)) if kept else None
        outcome = replace(
            attachment,
            sealed=sealed,
            info=replace(attachment.info, size=sealed.size),
            source=attachment.source.without_key(),
            thumbnail_source=None,
        )
        if picture is None:
            return outcome
        return replace(
            outcome,
            info=_measured(outcome.info, picture) if outcome.kind is Kind.IMAGE else outcome.info,
            thumbnail=await self._thumbnail(offer, picture),
            teaser=picture.teaser,
        )

    async def _seal(self, offer: OfferId, plaintext: AsyncIterator[bytes]) -> Sealed:
        key = ContentKey.fresh()
        blob = BlobId(secrets.token_hex(16))
        sealer = Sealer(key)
        size = await self.blobs.put(blob, sealing(plaintext, sealer))
        context = KeyContext(offer, blob, sealer.sha256())
        return Sealed(blob, context.sha256, size, await self.vault.wrap(key, context))

    async def _thumbnail(self, offer: OfferId, picture: Picture) -> Thumbnail:
        return Thumbnail(
            sealed=await self._seal(offer, _whole(picture.thumbnail)),
            mimetype=picture.thumbnail_mimetype,
            width=picture.thumbnail_width,
            height=picture.thumbnail_height,
        )

    async def _small(self, source: Source) -> bytearray | None:
        """A picture that the sender's client made. None when it is gone or no thumbnail at all."""
        kept = bytearray()
        try:
            async for chunk in _counted(_opened(self.media, source), _THUMBNAIL.require_size):
                kept += chunk
        except Refusal:
            return None
        return kept


async def _counted(
    chunks: AsyncIterator[bytes], require: Callable[[int], None]
) -> AsyncIterator[bytes]:
    """Raises what `require` raises as soon as more comes than is allowed, and Refusal for nothing at all."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        require(size)
        yield chunk
    if size == 0:
        raise Refusal("it is empty.")


def _opened(media: Media, source: Source) -> AsyncIterator[bytes]:
    chunks = media.download(source)
    if source.encrypted is None:
        return chunks
    return opening(chunks, Opener(source.encrypted.key, source.encrypted.sha256))


async def _keeping(
    chunks: AsyncIterator[bytes], kept: bytearray | None, most: int
) -> AsyncIterator[bytes]:
    """Pass all on, and keep a copy for looking at, if it is not too large for that."""
    async for chunk in chunks:
        if kept is not None:
            if len(kept) + len(chunk) <= most:
                kept += chunk
            else:
                kept.clear()
                kept = None
        yield chunk


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _measured(info: MediaInfo, picture: Picture) -> MediaInfo:
    return replace(info, width=picture.width, height=picture.height)
