"""One message about an offer on its way into the rooms: it changes while that takes long, and says how it went."""

from dataclasses import dataclass, replace

from bot.domain.matrix.private_room import ProvedRoom
from bot.domain.offers.offer import Offer
from bot.i18n import gettext_lazy
from bot.ids import TxId, digest_of, tx_id
from bot.messages import Line, Message
from bot.ports import Clock, Rooms, Store
from bot.ports.repositories.posting_repositories import StatusMessage
from bot.services.drafts.encrypt_progress import EVERY
from bot.services.messaging.direct_room import DirectRoom


@dataclass(frozen=True, slots=True)
class ShowProgress:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    clock: Clock

    async def __call__(self, offer: Offer, words: str) -> None:
        """Nothing happens so soon after the last time that nobody could read it."""
        told = await self._told(offer)
        if told is None:
            await self._first(offer, Line(words))
        elif self.clock.now() - told.edited_at >= EVERY:
            tx = tx_id("under way", told.event, words)
            await self.rooms.edit(told.room, told.event, Line(words), tx)
            await self._save(offer, replace(told, edited_at=self.clock.now()))

    async def finish(self, offer: Offer, message: Message, tx: TxId) -> ProvedRoom:
        """The last words: in that message if there is one, or else as a new one under `tx`. Where they stand."""
        async with self.store.begin() as uow:
            begun = await uow.postings.began_status(offer.id, _posting(offer))
        if not begun:
            room = await self.direct_room(offer.seller, secrets=False)
            await self.rooms.confide(room, message, tx)
            return room
        told = await self._told(offer) or await self._first(
            offer, Line(gettext_lazy("Posting it…"))
        )
        room = await self.direct_room.there_or_elsewhere(told.room, offer.seller, secrets=False)
        if room.id != told.room:
            await self.rooms.confide(room, message, tx)
        else:
            at_last = tx_id("at last", told.event, tx)
            await self.rooms.edit_confided(room, told.event, message, at_last)
        return room

    async def _first(self, offer: Offer, message: Line) -> StatusMessage:
        """Noted down before it is sent: whoever died in between finds it again by the same tx id."""
        await self._save(offer, None)
        room = await self.direct_room(offer.seller, secrets=False)
        event = await self.rooms.confide(
            room, message, tx_id(f"under way {offer.id} {_posting(offer)}")
        )
        told = StatusMessage(room.id, event, self.clock.now())
        await self._save(offer, told)
        return told

    async def _told(self, offer: Offer) -> StatusMessage | None:
        async with self.store.begin() as uow:
            return await uow.postings.status(offer.id, _posting(offer))

    async def _save(self, offer: Offer, message: StatusMessage | None) -> None:
        async with self.store.begin() as uow:
            await uow.postings.save_status(offer.id, _posting(offer), message)


def _posting(offer: Offer) -> str:
    """One time that it is put on sale: in more rooms later, it is another."""
    return digest_of(*(each.room for each in offer.listings))
