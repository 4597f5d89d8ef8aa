"""One message about an offer on its way into the rooms: it changes while that takes long, and says how it went."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.matrix.private_room import ProvedRoom
from bot.domain.offers.offer import Offer
from bot.i18n import spoken
from bot.ids import EventId, RoomId, TxId, digest_of, tx_id
from bot.messages import Line, Message
from bot.ports import Clock, Rooms, Store
from bot.services.drafts.encrypt_progress import EVERY
from bot.services.messaging.direct_room import DirectRoom


@dataclass(frozen=True, slots=True)
class _Told:
    """The message as it stands."""

    room: RoomId
    event: EventId
    at: datetime

    def __str__(self) -> str:
        return f"{self.room} {self.event} {self.at.isoformat()}"


@dataclass(frozen=True, slots=True)
class TellUnderWay:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    clock: Clock

    async def __call__(self, offer: Offer, words: str) -> None:
        """Nothing happens so soon after the last time that nobody could read it."""
        told = await self._told(offer)
        if told is None:
            await self._first(offer, Line(words))
        elif self.clock.now() - told.at >= EVERY:
            tx = tx_id("under way", told.event, words)
            await self.rooms.edit(told.room, told.event, Line(words), tx)
            await self._note(offer, str(_Told(told.room, told.event, self.clock.now())))

    async def finish(self, offer: Offer, message: Message, tx: TxId) -> ProvedRoom:
        """The last words: in that message if there is one, or else as a new one under `tx`. Where they stand."""
        async with self.store.begin() as uow:
            begun = await uow.bookmarks.get(_name(offer)) is not None
        if not begun:
            room = await self.direct_room(offer.seller, secrets=False)
            await self.rooms.confide(room, message, tx)
            return room
        told = await self._told(offer) or await self._first(offer, Line(spoken("Posting it…")))
        room = await self.direct_room.there_or_elsewhere(told.room, offer.seller, secrets=False)
        if room.id != told.room:
            await self.rooms.confide(room, message, tx)
        else:
            at_last = tx_id("at last", told.event, tx)
            await self.rooms.edit_confided(room, told.event, message, at_last)
        return room

    async def _first(self, offer: Offer, message: Line) -> _Told:
        """Noted down before it is sent: whoever died in between finds it again by the same tx id."""
        await self._note(offer, "begun")
        room = await self.direct_room(offer.seller, secrets=False)
        event = await self.rooms.confide(room, message, tx_id(_name(offer)))
        told = _Told(room.id, event, self.clock.now())
        await self._note(offer, str(told))
        return told

    async def _told(self, offer: Offer) -> _Told | None:
        async with self.store.begin() as uow:
            note = await uow.bookmarks.get(_name(offer))
        if note is None or note == "begun":
            return None
        room, event, at = note.split(" ")
        return _Told(RoomId(room), EventId(event), datetime.fromisoformat(at))

    async def _note(self, offer: Offer, value: str) -> None:
        async with self.store.begin() as uow:
            await uow.bookmarks.set(_name(offer), value)


def _name(offer: Offer) -> str:
    """Of one time that it is put on sale: in more rooms later, it is another."""
    return f"under way {offer.id} {digest_of(*(each.room for each in offer.listings))}"
