"""Those who may do nothing here. Strangers are told so, kindly and once; whoever is blocked hears nothing."""

from dataclasses import dataclass

from bot.domain.matrix.event_filter import BUY_KEY, addressed, is_key
from bot.domain.matrix.matrix_event import Event, Invitation, Reaction, TextMessage
from bot.ids import tx_id
from bot.messages import Stranger
from bot.ports import RoomDoors, Rooms, Store


@dataclass(frozen=True, slots=True)
class TurnAway:
    store: Store
    rooms: Rooms
    doors: RoomDoors
    contact: str
    """Whom to ask, in words; empty for nobody named."""

    async def __call__(self, event: Event, *, stranger: bool) -> None:
        if stranger and await self._asks(event):
            await self._tell(event)
        if isinstance(event, Invitation):
            await self.doors.leave(event.origin.room)

    async def _asks(self, event: Event) -> bool:
        """Whether it is for us alone, so that silence would be rude."""
        origin = event.origin
        async with self.store.begin() as uow:
            match event:
                case Invitation(direct=direct, stripped=stripped):
                    return direct and not stripped
                case TextMessage(text=text):
                    partner = await uow.direct_rooms.partner(origin.room)
                    return partner == origin.sender or addressed(text) is not None
                case Reaction(key=key, target=target) if is_key(key, BUY_KEY):
                    return await uow.offers.standing_as(target) is not None
        return False

    async def _tell(self, event: Event) -> None:
        origin, invited = event.origin, isinstance(event, Invitation)
        async with self.store.begin() as uow:
            if await uow.people.was_turned_away(origin.sender):
                return
        if invited:
            await self.doors.join(origin.room)
        await self.rooms.send(
            origin.room,
            Stranger(origin.sender, self.contact),
            tx_id("stranger", origin.sender),
            reply_to=None if invited else origin.event,
        )
        async with self.store.begin() as uow:
            await uow.people.record_turned_away(origin.sender)
