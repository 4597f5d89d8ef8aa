"""A file that comes in parts: it goes on where it broke off, and joins the draft when all of it is there."""

import hmac
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.upload_parts import open_part, seal_part
from bot.domain.offers.attachment import Kind
from bot.domain.offers.offer import Offer
from bot.domain.offers.upload import Announced, Arrived, Part, Unfinished
from bot.errors import Broken, Conflict, Refusal
from bot.i18n import spoken
from bot.ids import AttachmentId, OfferId, UserId, sent_file_id
from bot.jobs import Seal, SweepUpload
from bot.ports import Clock, NoPicture, Pictures, Store, UnitOfWork
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.quotas import Quotas
from bot.services.drafts.web_draft import own_draft, save_own_draft
from bot.services.uploads.fingerprint_key import Fingerprints
from bot.services.uploads.part_store import LEAST_PART_BYTES, POSTER, SealedParts, in_parts

_BREAKS = 1000
_NO_POSTER = spoken("That is no picture of a film.")


class NoSuchUpload(Refusal):
    """Never begun, stopped, or not heard of for a day."""

    def __init__(self) -> None:
        super().__init__(spoken("This upload is not there any more. Choose the file again."))


class NotThere(Refusal):
    """The file does not go on at that byte."""

    def __init__(self) -> None:
        super().__init__(
            spoken("The file goes on at another place, perhaps it comes from two windows.")
        )


class TooMuch(Refusal):
    """More than was announced."""

    def __init__(self) -> None:
        super().__init__(spoken("More came than the file has. Choose it again."))


class Altered(Refusal):
    """Not as the browser sealed it, or sealed for another place."""

    def __init__(self) -> None:
        super().__init__(spoken("That did not arrive as it was sent. Choose the file again."))


@dataclass(frozen=True, slots=True)
class UploadInParts:
    """Each part is sealed and on the disk before it is said to have arrived."""

    store: Store
    clock: Clock
    limits: Limits
    quotas: Quotas
    parts: SealedParts
    pictures: Pictures
    fingerprints: Fingerprints

    async def begin(self, seller: UserId, offer: OfferId, file: Announced) -> Arrived:
        """The same bytes under the same name go on where they were. Raises Refusal for what cannot be taken."""
        self.limits.require_size(file.size)
        if file.size < 1:
            raise Refusal(spoken("it is empty."))
        id_ = sent_file_id(offer, file.name, file.size, await self._content(file))
        known = await self._known(seller, offer, id_, file.size)
        return known or await self._begin(seller, offer, id_, file)

    async def look(self, seller: UserId, offer: OfferId, id_: AttachmentId) -> Arrived:
        """Raises NotYourDraft and NoSuchUpload."""
        return Arrived.of(await self._own(seller, offer, id_))

    async def take(
        self,
        seller: UserId,
        offer: OfferId,
        id_: AttachmentId,
        start: int,
        chunks: AsyncIterator[bytes],
    ) -> Arrived:
        """From the byte `start` on. Raises NotYourDraft, NoSuchUpload, NotThere, TooMuch, and what
        `chunks` raises, after what came before that is kept."""
        upload = await self._own(seller, offer, id_)
        if start != upload.arrived:
            raise NotThere
        key = await self.parts.key(upload)
        async for plaintext in in_parts(chunks):
            sealed = seal_part(key, upload.id, str(upload.arrived), plaintext)
            upload = await self._keep(upload, len(plaintext), sealed)
        return Arrived.of(upload)

    async def key(self, seller: UserId, offer: OfferId, id_: AttachmentId) -> ContentKey:
        """For the seller's own browser, which seals the parts before they leave it. It opens nothing else.

        Raises NotYourDraft and NoSuchUpload.
        """
        return await self.parts.key(await self._own(seller, offer, id_))

    async def take_sealed(
        self, seller: UserId, offer: OfferId, id_: AttachmentId, start: int, sealed: bytes
    ) -> Arrived:
        """One part as the browser sealed it, kept as it is. Raises like `take`, and Altered."""
        upload = await self._own(seller, offer, id_)
        if start != upload.arrived:
            raise NotThere
        plaintext = _opened(await self.parts.key(upload), upload, str(start), sealed)
        return Arrived.of(await self._keep(upload, len(plaintext), sealed))

    async def illustrate(
        self,
        seller: UserId,
        offer: OfferId,
        id_: AttachmentId,
        picture: bytes,
        *,
        sealed: bool = False,
    ) -> None:
        """A picture that the browser took out of a film, and sealed perhaps. Raises Refusal for what is none."""
        upload = await self._own(seller, offer, id_)
        key = await self.parts.key(upload)
        shown = _opened(key, upload, POSTER, picture) if sealed else picture
        try:
            if upload.kind is not Kind.VIDEO:
                raise NoPicture(_NO_POSTER)
            await self.pictures.look(shown)
        except NoPicture:
            raise Refusal(_NO_POSTER) from None
        blob = await self.parts.put(picture if sealed else seal_part(key, upload.id, POSTER, shown))
        async with self.store.begin() as uow:
            await uow.uploads.illustrate(upload.id, blob)
        await self.parts.delete(*filter(None, [upload.poster]))

    async def stop(self, seller: UserId, offer: OfferId, id_: AttachmentId) -> None:
        """Nothing happens to what is in the draft already. Raises NotYourDraft."""
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            upload = await uow.uploads.get(id_)
            if upload is None or upload.offer != offer or draft.attachment(id_):
                return
            await uow.uploads.remove(id_)
        await self.parts.delete(*upload.blobs)

    async def _content(self, file: Announced) -> bytes:
        if file.content is None:
            return secrets.token_bytes(32)
        return hmac.digest(await self.fingerprints.key(), file.content.encode(), "sha256")

    async def _known(
        self, seller: UserId, offer: OfferId, id_: AttachmentId, size: int
    ) -> Arrived | None:
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            present = draft.attachment(id_)
            if present and not present.fault:
                return Arrived(id=id_, bytes=size, size=size)
            if present:
                draft = draft.without(id_)
                await save_own_draft(uow, draft)
            upload = await uow.uploads.get(id_)
            if upload is None:
                return None
            if self._is_kept(upload):
                if upload.whole:  # It was in the draft, and taken out before it was sealed.
                    await self._join(uow, draft, upload)
                return Arrived.of(upload)
            await uow.uploads.remove(id_)
        await self.parts.delete(*upload.blobs)
        return None

    async def _begin(
        self, seller: UserId, offer: OfferId, id_: AttachmentId, file: Announced
    ) -> Arrived:
        now = self.clock.now()
        key = await self.parts.vault.wrap(ContentKey.fresh(), Unfinished.context_of(offer, id_))
        upload = Unfinished(
            id=id_,
            offer=offer,
            seller=seller,
            name=file.name,
            size=file.size,
            info=file.info,
            key=key,
            heard_at=now,
        )
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            for each in (*await uow.uploads.of(offer), upload):
                draft = draft.with_attachment(each.attachment(now), limit=self.limits.attachments)
            self.quotas.require_storage(await uow.usage.bytes_of(seller), file.size)
            await uow.uploads.add(upload)
            await uow.jobs.add(SweepUpload(id_), at=upload.kept_until)
        return Arrived.of(upload)

    async def _own(self, seller: UserId, offer: OfferId, id_: AttachmentId) -> Unfinished:
        async with self.store.begin() as uow:
            await own_draft(uow, seller, offer)
            upload = await uow.uploads.get(id_)
        if upload is None or upload.offer != offer or not self._is_kept(upload):
            raise NoSuchUpload
        return upload

    async def _keep(self, upload: Unfinished, size: int, sealed: bytes) -> Unfinished:
        """`size`: bytes of plaintext. A crash before the end leaves a ciphertext that nobody knows of,
        which is swept."""
        start = upload.arrived
        if start + size > upload.size:
            raise TooMuch
        if len(upload.parts) > _BREAKS + upload.size // LEAST_PART_BYTES:
            raise Refusal(
                spoken("The connection broke too often. Remove the file and begin again.")
            )
        blob = await self.parts.put(sealed)
        part, now = Part(start, size, blob), self.clock.now()
        grown = upload.with_part(part, now)
        try:
            async with self.store.begin() as uow:
                draft = await own_draft(uow, upload.seller, upload.offer)
                await uow.uploads.grow(upload.id, part, now)
                if grown.whole:
                    await self._join(uow, draft, grown)
        except Conflict as error:
            await self.parts.delete(blob)
            raise NotThere from error
        except Refusal:
            await self.parts.delete(blob)
            raise
        return grown

    async def _join(self, uow: UnitOfWork, draft: Offer, upload: Unfinished) -> None:
        attachment = upload.attachment(self.clock.now())
        joined = draft.with_attachment(attachment, limit=self.limits.attachments)
        await save_own_draft(uow, joined)
        await uow.jobs.add(Seal(upload.offer, upload.id), once=True)

    def _is_kept(self, upload: Unfinished) -> bool:
        return self.clock.now() < upload.kept_until


def _opened(key: ContentKey, upload: Unfinished, place: str, sealed: bytes) -> bytes:
    try:
        plaintext = open_part(key, upload.id, place, sealed)
    except Broken as error:
        raise Altered from error
    if not plaintext:
        raise Altered
    return plaintext
