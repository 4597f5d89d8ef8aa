"""A file from the seller's browser: sealed while it comes in, and in the draft only when all of it is there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot.domain.offers.attachment import Attachment, MediaInfo, MediaKind, kind_of
from bot.ids import AttachmentId, OfferId, UserId
from bot.ports import Clock, Store
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.quotas import Quotas
from bot.services.drafts.web_draft import own_draft, save_own_draft
from bot.services.uploads.encrypt_attachment import EncryptContent, counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What a browser says of a file before it sends it."""

    id: AttachmentId
    """The same for the same file, however often it is sent."""
    name: str = field(repr=False)
    mimetype: str

    @property
    def kind(self) -> MediaKind:
        return kind_of(self.mimetype)


@dataclass(frozen=True, slots=True)
class UploadToDraft:
    """What breaks off on the way leaves nothing; a crash at the end leaves a ciphertext, which is swept."""

    store: Store
    clock: Clock
    limits: Limits
    quotas: Quotas
    encrypt_content: EncryptContent

    async def __call__(
        self, seller: UserId, offer: OfferId, upload: Upload, chunks: AsyncIterator[bytes]
    ) -> None:
        """Raises NotYourDraft, UserError for a file that cannot be taken, and what `chunks` raises."""
        attachment = Attachment(
            id=upload.id,
            name=upload.name,
            kind=upload.kind,
            info=MediaInfo(mimetype=upload.mimetype),
            source=None,
            sent_at=self.clock.now(),
        )
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            if draft.attachment(upload.id):
                return
            joined = draft.with_attachment(attachment, limit=self.limits.attachments)
            used = await uow.usage.bytes_of(seller)

        def require(size: int) -> None:
            self.limits.require_size(size)
            self.quotas.require_storage(used, size)

        file = await self.encrypt_content(
            offer, joined.attachment(upload.id) or attachment, counted(chunks, require)
        )
        sealed = file.attachment
        async with self.store.begin() as uow:
            draft = await own_draft(uow, seller, offer)
            self.quotas.require_storage(await uow.usage.bytes_of(seller), sealed.size)
            await save_own_draft(uow, draft.with_attachment(sealed, limit=self.limits.attachments))
            for told in file.to_seller(seller):
                await uow.jobs.add(told, queueing_lock=True)
