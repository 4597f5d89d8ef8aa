"""Taking attachments out of a room: redacted first of all, then sealed, and published once all are there."""

from dataclasses import dataclass, replace
from functools import partial

from bot.domain.offers.attachment import Attachment
from bot.domain.offers.offer import OfferState
from bot.ids import EventId, OfferId, RoomId, UserId, tx_id
from bot.jobs.offer_jobs import EncryptAttachment, PostListings
from bot.ports import Clock, RoomHistory, Rooms, Store
from bot.services.drafts.chat_draft import Limits


@dataclass(frozen=True, slots=True)
class RedactAndEncrypt:
    store: Store
    rooms: Rooms
    history: RoomHistory
    clock: Clock
    limits: Limits

    async def __call__(self, offer: OfferId) -> None:
        """Redact first of all and note how long each could be seen; then all else may begin."""
        async with self.store.begin() as uow:
            draft = await uow.offers.get(offer)
        if draft is None or draft.state is not OfferState.DRAFT or draft.collect_window is None:
            return
        seen = {
            attachment.id: await self._redact(attachment, draft.seller)
            for attachment in draft.attachments
            if attachment.exposure_seconds is None
        }
        flag = draft.collect_window
        full = len(draft.attachments) >= self.limits.attachments
        async with self.store.begin() as uow:
            draft = await uow.offers.get(offer)
            if draft is None or draft.state is not OfferState.DRAFT:
                return
            for each, seconds in seen.items():
                draft = draft.with_attachment_changed(
                    each, partial(replace, exposure_seconds=seconds)
                )
                await uow.jobs.add(EncryptAttachment(offer, each))
            if flag.until is None or full:
                draft = draft.with_collect_window(None).publishing((flag.room,))
                await uow.jobs.add(PostListings(offer))
            await uow.offers.save(draft)

    async def _redact(self, attachment: Attachment, seller: UserId) -> float:
        """Seconds that others saw it; what stands for a gated one is seen by nobody."""
        source = attachment.source
        if attachment.intercepted or source is None:
            return 0.0
        await self._redact_event(source.room, source.event)
        seconds = max(0.0, (self.clock.now() - attachment.sent_at).total_seconds())
        for edit in await self.history.edits(source.room, source.event, seller):
            await self._redact_event(source.room, edit)
        return seconds

    async def _redact_event(self, room: RoomId, event: EventId) -> None:
        tx = tx_id("take out", event)
        await self.rooms.redact(room, event, tx, reason="It is being made into a paid message.")
