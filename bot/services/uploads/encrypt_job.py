"""Sealing what a seller sent to a room, or in parts from a browser: fetched, and its key there forgotten."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial

from bot.crypto.attachment_cipher import Opener
from bot.crypto.encrypt_stream import opening
from bot.domain.offers.attachment import Attachment, Source
from bot.domain.offers.offer import OfferState
from bot.domain.offers.upload import Unfinished
from bot.errors import Refusal
from bot.ids import OfferId
from bot.jobs import Seal, ShowDraft
from bot.ports import Media, Store
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.encrypt_progress import EVERY, SealingProgress, forget_progress, under_way
from bot.services.drafts.quotas import Quotas
from bot.services.offers.purge_copies import PurgeHomeserverCopies
from bot.services.uploads.encrypt_attachment import SealContent, SealedFile, counted
from bot.services.uploads.part_store import SealedParts

_THUMBNAIL = Limits(file_size=4 * 1024 * 1024, attachments=1)


@dataclass(frozen=True, slots=True)
class SealAttachment:
    store: Store
    media: Media
    seal: SealContent
    limits: Limits
    quotas: Quotas
    progress: SealingProgress
    parts: SealedParts
    purge: PurgeHomeserverCopies

    async def __call__(self, job: Seal) -> None:
        """Copies at the homeserver go last: killed before, it must be able to fetch the file again."""
        await self._seal(job)
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        attachment = offer.attachment(job.attachment) if offer else None
        if offer and attachment:
            await self.purge.of(offer.id, offer.seller, attachment)

    async def _seal(self, job: Seal) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            used = await uow.usage.bytes_of(offer.seller) if offer else 0
            upload = await uow.uploads.get(job.attachment)
        if offer is None or offer.state is OfferState.DISCARDED:
            return
        attachment = offer.attachment(job.attachment)
        if attachment is None or attachment.sealed or attachment.fault:
            return
        source = attachment.source
        try:
            if source is not None:
                file = await self._sealed(job.offer, attachment, source, used)
            elif upload is not None:
                file = await self._sealed_anew(attachment, upload)
            else:
                return
        except Refusal as refusal:
            file = SealedFile(attachment.failed(refusal.words))
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            if offer is None:
                return
            offer = offer.changing(
                job.attachment, lambda current: replace(file.attachment, paid=current.paid)
            )
            await uow.offers.save(offer)
            for told in file.to_seller(offer.seller):
                await uow.jobs.add(told, once=True)
            await forget_progress(uow, offer.id)
            more = under_way(offer, None) is not None
            at = self.progress.clock.now() + EVERY if more else None
            await uow.jobs.add(ShowDraft(job.offer), at=at, once=True)
            await uow.uploads.remove(job.attachment)
        if upload is not None:
            await self.parts.delete(*upload.blobs)

    async def _sealed_anew(self, attachment: Attachment, upload: Unfinished) -> SealedFile:
        """Under a key of its own, in one piece; its size was counted when it began."""
        small = partial(self.parts.poster, upload) if upload.poster else None
        plaintext = self.progress.of(upload.offer, attachment, self.parts.read(upload))
        return await self.seal(upload.offer, attachment, plaintext, small)

    async def _sealed(
        self, offer: OfferId, attachment: Attachment, source: Source, used: int
    ) -> SealedFile:
        """`used`: bytes that the seller keeps here already."""

        def require(size: int) -> None:
            self.limits.require_size(size)
            self.quotas.require_storage(used, size)

        require(attachment.info.size or 0)
        plaintext = counted(_opened(self.media, source), require)
        plaintext = self.progress.of(offer, attachment, plaintext)
        poster = attachment.thumbnail_source
        small = partial(self._small, poster) if poster else None
        return await self.seal(offer, attachment, plaintext, small)

    async def _small(self, source: Source) -> bytearray | None:
        """A picture that the sender's client made. None when it is gone or no thumbnail at all."""
        kept = bytearray()
        try:
            async for chunk in counted(_opened(self.media, source), _THUMBNAIL.require_size):
                kept += chunk
        except Refusal:
            return None
        return kept


def _opened(media: Media, source: Source) -> AsyncIterator[bytes]:
    chunks = media.download(source)
    if source.encrypted is None:
        return chunks
    return opening(chunks, Opener(source.encrypted.key, source.encrypted.sha256))
