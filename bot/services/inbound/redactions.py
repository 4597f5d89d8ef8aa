"""Following what is deleted: a file in a draft, a placeholder, a list of what is on sale.

A redaction counts once the homeserver has applied it: other homeservers can send redactions that the room does not
allow. https://spec.matrix.org/v1.17/rooms/v11/#redactions
"""

from dataclasses import dataclass

from bot.domain.matrix.matrix_event import Redaction
from bot.domain.offers.offer import KEY_GRACE_PERIOD, Offer, OfferState
from bot.i18n import gettext_lazy
from bot.ids import EventId, OfferId, RoomId, UserId, attachment_id, code_of
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.offer_jobs import (
    DestroyKeys,
    RefreshDraftCard,
    RefreshRoomCatalogue,
    purge_of_removed,
)
from bot.jobs.payment_jobs import ExpireOfferCheckouts
from bot.ports import Clock, RoomHistory, RoomState, Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class HandleRedaction:
    store: Store
    history: RoomHistory
    state: RoomState
    clock: Clock

    async def __call__(self, redaction: Redaction) -> None:
        """A file leaves its draft, a placeholder its room; the seller's last one ends the sale.

        Whoever else deletes a placeholder decides about that room alone, because the offer is the seller's.
        """
        origin, target = redaction.origin, redaction.target
        if await self._left_draft(origin.room, origin.sender, target):
            return
        async with self.store.begin() as uow:
            offer = await uow.offers.standing_as(target)
            listed = offer is not None and _stands(offer, origin.room, target)
            kept = await uow.sale_rooms.pinned_list(origin.room) == target
        if not (listed or kept) or not await self.history.is_redacted(origin.room, target):
            return
        title = await self.state.title(origin.room)
        async with self.store.begin() as uow:
            if await uow.sale_rooms.pinned_list(origin.room) == target:
                await uow.sale_rooms.save_pinned_list(origin.room, None)
            if offer is not None and listed:
                await self._unlist(uow, offer.id, redaction, title)

    async def _left_draft(self, room: RoomId, sender: UserId, target: EventId) -> bool:
        async with self.store.begin() as uow:
            file = attachment_id(target)
            draft = await uow.offers.draft_with(file, room, sender)
            if draft is None:
                return False
            left = draft.without_attachment(file)
            await uow.offers.save(left)
            for purge in purge_of_removed(draft, left):
                await uow.jobs.add(purge, queueing_lock=True)
            await uow.jobs.add(RefreshDraftCard(draft.id), queueing_lock=True)
            return True

    async def _unlist(
        self, uow: UnitOfWork, id_: OfferId, redaction: Redaction, title: str
    ) -> None:
        room, who = redaction.origin.room, redaction.origin.sender
        offer = await uow.offers.get(id_)
        if offer is None or not _stands(offer, room, redaction.target):
            return
        left = offer.without_listing(room)
        await uow.postings.record_deleted(id_, room, redaction.target)
        await uow.jobs.add(RefreshRoomCatalogue(room), queueing_lock=True)
        if offer.state is not OfferState.OPEN:
            await uow.offers.save(left)
        elif who != offer.seller:
            await uow.offers.save(left)
            words = _words(left, who, title)
            await uow.jobs.add(
                NotifyUser(offer.seller, redaction.origin.event, words), queueing_lock=True
            )
        elif left.listings:
            await uow.offers.save(left)
        else:
            await uow.offers.save(left.withdrawn())
            await uow.jobs.add(ExpireOfferCheckouts(id_), queueing_lock=True)
            await uow.jobs.add(DestroyKeys(id_), at=self.clock.now() + KEY_GRACE_PERIOD)


def _words(offer: Offer, who: UserId, title: str) -> str:
    return gettext_lazy(
        "{who}, who may delete messages in {room}, has deleted your offer {code} there. It is still on sale:"
        " wherever else it stands, and for everybody who has a link of their own already. You can put it into"
        " another room in `!ppv studio`, or take it off sale with `!ppv withdraw {code}`.",
        who=who,
        room=title,
        code=code_of(offer.id),
    )


def _stands(offer: Offer, room: RoomId, placeholder: EventId) -> bool:
    return any(each.room == room and each.placeholder == placeholder for each in offer.listings)
