"""Sealing what a seller sent to a room, or in parts from a browser: fetched, and its key there forgotten."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial

from bot.crypto.attachment_cipher import Decryptor
from bot.crypto.encrypt_stream import decrypted_chunks
from bot.domain.offers.attachment import Attachment, Source
from bot.domain.offers.offer import OfferState
from bot.domain.offers.upload import Upload
from bot.errors import UserError
from bot.ids import OfferId
from bot.jobs.offer_jobs import EncryptAttachment, RefreshDraftCard
from bot.ports import Media, Store
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.encrypt_progress import EVERY, EncryptProgress, forget_progress, under_way
from bot.services.drafts.quotas import Quotas
from bot.services.offers.purge_copies import PurgeHomeserverCopies
from bot.services.uploads.encrypt_attachment import EncryptContent, EncryptedAttachment, counted
from bot.services.uploads.part_store import PartStore

_THUMBNAIL = Limits(file_size=4 * 1024 * 1024, attachments=1)


@dataclass(frozen=True, slots=True)
class AttachmentEncryptor:
    store: Store
    media: Media
    encrypt_content: EncryptContent
    limits: Limits
    quotas: Quotas
    encrypt_progress: EncryptProgress
    part_store: PartStore
    purge: PurgeHomeserverCopies

    async def __call__(self, job: EncryptAttachment) -> None:
        """Copies at the homeserver go last: killed before, it must be able to fetch the file again."""
        await self._seal(job)
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        attachment = offer.attachment(job.attachment) if offer else None
        if offer and attachment:
            await self.purge.of(offer.id, offer.seller, attachment)

    async def _seal(self, job: EncryptAttachment) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            used = await uow.usage.bytes_of(offer.seller) if offer else 0
            upload = await uow.uploads.get(job.attachment)
        if offer is None or offer.state is OfferState.DISCARDED:
            return
        attachment = offer.attachment(job.attachment)
        if attachment is None or attachment.encrypted or attachment.error:
            return
        source = attachment.source
        try:
            if source is not None:
                file = await self._sealed(job.offer, attachment, source, used)
            elif upload is not None:
                file = await self._sealed_anew(attachment, upload)
            else:
                return
        except UserError as refusal:
            file = EncryptedAttachment(attachment.with_error(refusal.words))
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            if offer is None:
                return
            offer = offer.with_attachment_changed(
                job.attachment, lambda current: replace(file.attachment, paid=current.paid)
            )
            await uow.offers.save(offer)
            for told in file.to_seller(offer.seller):
                await uow.jobs.add(told, queueing_lock=True)
            await forget_progress(uow, offer.id)
            more = under_way(offer, None) is not None
            at = self.encrypt_progress.clock.now() + EVERY if more else None
            await uow.jobs.add(RefreshDraftCard(job.offer), at=at, queueing_lock=True)
            await uow.uploads.remove(job.attachment)
        if upload is not None:
            await self.part_store.delete(*upload.blobs)

    async def _sealed_anew(self, attachment: Attachment, upload: Upload) -> EncryptedAttachment:
        """Under a key of its own, in one piece; its size was counted when it began."""
        small = partial(self.part_store.poster, upload) if upload.poster else None
        plaintext = self.encrypt_progress.of(upload.offer, attachment, self.part_store.read(upload))
        return await self.encrypt_content(upload.offer, attachment, plaintext, small)

    async def _sealed(
        self, offer: OfferId, attachment: Attachment, source: Source, used: int
    ) -> EncryptedAttachment:
        """`used`: bytes that the seller keeps here already."""

        def require(size: int) -> None:
            self.limits.require_size(size)
            self.quotas.require_storage(used, size)

        require(attachment.info.size or 0)
        plaintext = counted(_opened(self.media, source), require)
        plaintext = self.encrypt_progress.of(offer, attachment, plaintext)
        poster = attachment.thumbnail_source
        small = partial(self._small, poster) if poster else None
        return await self.encrypt_content(offer, attachment, plaintext, small)

    async def _small(self, source: Source) -> bytearray | None:
        """A picture that the sender's client made. None when it is gone or no thumbnail at all."""
        kept = bytearray()
        try:
            async for chunk in counted(_opened(self.media, source), _THUMBNAIL.require_size):
                kept += chunk
        except UserError:
            return None
        return kept


def _opened(media: Media, source: Source) -> AsyncIterator[bytes]:
    chunks = media.download(source)
    if source.encrypted is None:
        return chunks
    return decrypted_chunks(chunks, Decryptor(source.encrypted.key, source.encrypted.sha256))
