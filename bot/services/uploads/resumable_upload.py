"""A file that comes in parts: it goes on where it broke off, and joins the draft when all of it is there."""

import hmac
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.upload_parts import decrypt_part, encrypt_part
from bot.domain.offers.attachment import MediaKind
from bot.domain.offers.offer import Offer
from bot.domain.offers.upload import Upload, UploadMetadata, UploadPart, UploadStatus
from bot.errors import ConcurrentUpdate, OperatorError, UserError
from bot.i18n import gettext_lazy
from bot.ids import AttachmentId, OfferId, UserId, sent_file_id
from bot.jobs.offer_jobs import EncryptAttachment, ExpireUpload
from bot.ports import Clock, NoPicture, Pictures, Store, UnitOfWork
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.quotas import Quotas
from bot.services.drafts.web_draft import own_draft, save_own_draft
from bot.services.uploads.fingerprint_key import FingerprintKey
from bot.services.uploads.part_store import LEAST_PART_BYTES, POSTER, PartStore, in_parts

_BREAKS = 1000
_NO_POSTER = gettext_lazy("That is no picture of a film.")


class NoSuchUpload(UserError):
    """Never begun, stopped, or not heard of for a day."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("This upload is not there any more. Choose the file again."))


class OffsetMismatch(UserError):
    """The file does not go on at that byte."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("The file goes on at another place, perhaps it comes from two windows.")
        )


class TooMuch(UserError):
    """More than was announced."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("More came than the file has. Choose it again."))


class PartRejected(UserError):
    """Not as the browser sealed it, or sealed for another place."""

    def __init__(self) -> None:
        super().__init__(gettext_lazy("That did not arrive as it was sent. Choose the file again."))


@dataclass(frozen=True, slots=True)
class ResumableUploads:
    """Each part is sealed and on the disk before it is said to have arrived."""

    store: Store
    clock: Clock
    limits: Limits
    quotas: Quotas
    part_store: PartStore
    pictures: Pictures
    fingerprint_key: FingerprintKey

    async def begin(self, seller: UserId, offer: OfferId, file: UploadMetadata) -> UploadStatus:
        """The same bytes under the same name go on where they were. Raises UserError for what cannot be taken."""
        self.limits.require_size(file.size)
        if file.size < 1:
            raise UserError(gettext_lazy("it is empty."))
        id_ = sent_file_id(offer, file.name, file.size, await self._content(file))
        known = await self._known(seller, offer, id_, file.size)
        return known or await self._begin(seller, offer, id_, file)

    async def look(self, seller: UserId, offer: OfferId, id_: AttachmentId) -> UploadStatus:
        """Raises NotYourDraft and NoSuchUpload."""
        return UploadStatus.of(await self._own(seller, offer, id_))

    async def take(
        self,
        seller: UserId,
        offer: OfferId,
        id_: AttachmentId,
        start: int,
        chunks: AsyncIterator[bytes],
    ) -> UploadStatus:
        """From the byte `start` on. Raises NotYourDraft, NoSuchUpload, OffsetMismatch, TooMuch, and what
        `chunks` raises, after what came before that is kept."""
        upload = await self._own(seller, offer, id_)
        if start != upload.offset:
            raise OffsetMismatch
        key = await self.part_store.key(upload)
        async for plaintext in in_parts(chunks):
            sealed = encrypt_part(key, upload.id, str(upload.offset), plaintext)
            upload = await self._keep(upload, len(plaintext), sealed)
        return UploadStatus.of(upload)

    async def key(self, seller: UserId, offer: OfferId, id_: AttachmentId) -> ContentKey:
        """For the seller's own browser, which seals the parts before they leave it. It opens nothing else.

        Raises NotYourDraft and NoSuchUpload.
        """
        return await self.part_store.key(await self._own(seller, offer, id_))

    async def take_sealed(
        self, seller: UserId, offer: OfferId, id_: AttachmentId, start: int, sealed: bytes
    ) -> UploadStatus:
        """One part as the browser sealed it, kept as it is. Raises like `take`, and PartRejected."""
        upload = await self._own(seller, offer, id_)
        if start != upload.offset:
            raise OffsetMismatch
        plaintext = _opened(await self.part_store.key(upload), upload, str(start), sealed)
        return UploadStatus.of(await self._keep(upload, len(plaintext), sealed))

    async def illustrate(
        self,
        seller: UserId,
        offer: OfferId,
        id_: AttachmentId,
        picture: bytes,
        *,
        sealed: bool = False,
    ) -> None:
        """A picture that the browser took out of a film, and sealed perhaps. Raises UserError for what is none."""
        upload = await self._own(seller, offer, id_)
        key = await self.part_store.key(upload)
        shown = _opened(key, upload, POSTER, picture) if sealed else picture
        try:
            if upload.kind is not MediaKind.VIDEO:
                raise NoPicture(_NO_POSTER)
            await self.pictures.look(shown)
        except NoPicture:
            raise UserError(_NO_POSTER) from None
        blob = await self.part_store.put(
            picture if sealed else encrypt_part(key, upload.id, POSTER, shown)
        )
        async with self.store.begin() as uow:
            await uow.uploads.illustrate(upload.id, blob)
        await self.part_store.delete(*filter(None, [upload.poster]))

    async def stop(self, seller: UserId, offer: OfferId, id_: AttachmentId) -> None:
        """Nothing happens to what is in the draft already. Raises NotYourDraft."""
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            upload = await uow.uploads.get(id_)
            if upload is None or upload.offer != offer or draft.attachment(id_):
                return
            await uow.uploads.remove(id_)
        await self.part_store.delete(*upload.blobs)

    async def _content(self, file: UploadMetadata) -> bytes:
        if file.content is None:
            return secrets.token_bytes(32)
        return hmac.digest(await self.fingerprint_key.key(), file.content.encode(), "sha256")

    async def _known(
        self, seller: UserId, offer: OfferId, id_: AttachmentId, size: int
    ) -> UploadStatus | None:
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            present = draft.attachment(id_)
            if present and not present.error:
                return UploadStatus(id=id_, bytes=size, size=size)
            if present:
                draft = draft.without_attachment(id_)
                await save_own_draft(uow, draft)
            upload = await uow.uploads.get(id_)
            if upload is None:
                return None
            if self._is_kept(upload):
                if upload.is_complete:  # It was in the draft, and taken out before it was sealed.
                    await self._join(uow, draft, upload)
                return UploadStatus.of(upload)
            await uow.uploads.remove(id_)
        await self.part_store.delete(*upload.blobs)
        return None

    async def _begin(
        self, seller: UserId, offer: OfferId, id_: AttachmentId, file: UploadMetadata
    ) -> UploadStatus:
        now = self.clock.now()
        key = await self.part_store.vault.wrap(ContentKey.fresh(), Upload.context_of(offer, id_))
        upload = Upload(
            id=id_,
            offer=offer,
            seller=seller,
            name=file.name,
            size=file.size,
            info=file.info,
            key=key,
            last_activity_at=now,
        )
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            for each in (*await uow.uploads.of(offer), upload):
                draft = draft.with_attachment(each.attachment(now), limit=self.limits.attachments)
            self.quotas.require_storage(await uow.usage.bytes_of(seller), file.size)
            await uow.uploads.add(upload)
            await uow.jobs.add(ExpireUpload(id_), at=upload.expires_at)
        return UploadStatus.of(upload)

    async def _own(self, seller: UserId, offer: OfferId, id_: AttachmentId) -> Upload:
        async with self.store.begin() as uow:
            await own_draft(uow, seller, offer)
            upload = await uow.uploads.get(id_)
        if upload is None or upload.offer != offer or not self._is_kept(upload):
            raise NoSuchUpload
        return upload

    async def _keep(self, upload: Upload, size: int, sealed: bytes) -> Upload:
        """`size`: bytes of plaintext. A crash before the end leaves a ciphertext that nobody knows of,
        which is swept."""
        start = upload.offset
        if start + size > upload.size:
            raise TooMuch
        if len(upload.parts) > _BREAKS + upload.size // LEAST_PART_BYTES:
            raise UserError(
                gettext_lazy("The connection broke too often. Remove the file and begin again.")
            )
        blob = await self.part_store.put(sealed)
        part, now = UploadPart(start, size, blob), self.clock.now()
        grown = upload.with_part(part, now)
        try:
            async with self.store.begin() as uow:
                draft = await own_draft(uow, upload.seller, upload.offer)
                await uow.uploads.grow(upload.id, part, now)
                if grown.is_complete:
                    await self._join(uow, draft, grown)
        except ConcurrentUpdate as error:
            await self.part_store.delete(blob)
            raise OffsetMismatch from error
        except UserError:
            await self.part_store.delete(blob)
            raise
        return grown

    async def _join(self, uow: UnitOfWork, draft: Offer, upload: Upload) -> None:
        attachment = upload.attachment(self.clock.now())
        joined = draft.with_attachment(attachment, limit=self.limits.attachments)
        await save_own_draft(uow, joined)
        await uow.jobs.add(EncryptAttachment(upload.offer, upload.id), queueing_lock=True)

    def _is_kept(self, upload: Upload) -> bool:
        return self.clock.now() < upload.expires_at


def _opened(key: ContentKey, upload: Upload, place: str, sealed: bytes) -> bytes:
    try:
        plaintext = decrypt_part(key, upload.id, place, sealed)
    except OperatorError as error:
        raise PartRejected from error
    if not plaintext:
        raise PartRejected
    return plaintext
