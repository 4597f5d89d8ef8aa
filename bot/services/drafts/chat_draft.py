"""Putting a draft together in the studio: the seller's direct room with the bot."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.matrix.matrix_event import EventMeta, MediaMessage
from bot.domain.offers.attachment import Attachment
from bot.domain.offers.content_summary import ByteSize
from bot.domain.offers.offer import Offer
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import AttachmentId, attachment_id, offer_id
from bot.jobs.offer_jobs import EncryptAttachment, RefreshDraftCard, purge_of_removed
from bot.ports import Store
from bot.services.auth.authorization import Authorizer
from bot.services.drafts.price_flags import flagged_price
from bot.services.drafts.quotas import Quotas, StorageFull


class TooLarge(UserError):
    """A file over the limit."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one offer may hold."""

    file_size: int
    """Bytes."""
    attachments: int

    def require_size(self, size: int | None) -> None:
        """Raises TooLarge when a file says, or turns out, to be larger than may be sold."""
        if size is not None and size > self.file_size:
            raise TooLarge(
                gettext_lazy(
                    "it is larger than {size}, the most I can take. Please send a smaller one.",
                    size=ByteSize(self.file_size),
                )
            )


class NoDraft(UserError):
    """There is nothing to change."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "You have no draft right now. Send me a photo, a video or any file, and I will start one."
            )
        )


def as_attachment(message: MediaMessage) -> Attachment:
    """What a message brings."""
    return Attachment(
        id=attachment_id(message.origin.event),
        name=message.name,
        kind=message.kind,
        info=message.info,
        source=message.source,
        sent_at=message.origin.sent_at,
        thumbnail_source=message.thumbnail,
        intercepted=message.intercepted,
    )


def new_draft(origin: EventMeta) -> Offer:
    """An empty draft, begun by this event in this room."""
    return Offer(
        id=offer_id(origin.event),
        seller=origin.sender,
        compose_room=origin.room,
        created_at=origin.sent_at,
    )


async def edit_draft(
    store: Store,
    origin: EventMeta,
    change: Callable[[Offer], Offer],
    *,
    begin: bool = False,
    seal: AttachmentId | None = None,
) -> None:
    """Change the sender's draft in that room, and show it to them.

    `begin`: start one if there is none. `seal`: this attachment came in with the change.
    Raises NoDraft, and what `change` raises.
    """
    async with store.begin() as uow:
        draft = await uow.offers.draft_in(origin.room, origin.sender)
        if draft is None:
            if not begin:
                raise NoDraft
            draft = new_draft(origin)
            if await uow.offers.get(draft.id):
                return  # A rerun: the draft has gone its way since.
        changed = change(draft)
        if changed == draft:
            return
        await uow.offers.save(changed)
        for purge in purge_of_removed(draft, changed):
            await uow.jobs.add(purge, queueing_lock=True)
        if seal:
            await uow.jobs.add(EncryptAttachment(changed.id, seal), queueing_lock=True)
        await uow.jobs.add(RefreshDraftCard(changed.id), queueing_lock=True)


@dataclass(frozen=True, slots=True)
class AddToDraft:
    """A file that a seller sends to the studio joins the draft; a caption joins its text."""

    store: Store
    authorizer: Authorizer
    limits: Limits
    quotas: Quotas
    currency: str

    async def __call__(self, message: MediaMessage) -> None:
        """Raises UserError."""
        await self.authorizer.require(message.origin.sender, Level.SELLER)
        self.limits.require_size(message.info.size)
        await self._require_storage(message)
        attachment = as_attachment(message)
        tag = flagged_price(message, self.currency)

        def change(draft: Offer) -> Offer:
            if draft.attachment(attachment.id):
                return draft
            draft = draft.with_attachment(attachment, limit=self.limits.attachments)
            words = tag.text if tag else message.caption
            draft = draft.with_text("\n".join(filter(None, [draft.text, words])))
            return draft.with_price(tag.price) if tag else draft

        await edit_draft(self.store, message.origin, change, begin=True, seal=attachment.id)

    async def _require_storage(self, message: MediaMessage) -> None:
        """By the size that the message names; the true one is held against it while sealing."""
        async with self.store.begin() as uow:
            used = await uow.usage.bytes_of(message.origin.sender)
        try:
            self.quotas.require_storage(used, message.info.size or 0)
        except StorageFull as full:
            raise StorageFull(
                gettext_lazy("I have left {name} out: {full}", name=message.name, full=full.words)
            ) from full
