"""Those who may do nothing here. Strangers are told so, kindly and once; whoever is blocked hears nothing."""

from dataclasses import dataclass

from bot.domain.matrix.event_filter import BUY_REACTION, is_reaction, strip_command_prefix
from bot.domain.matrix.matrix_event import Event, Invite, Reaction, TextMessage
from bot.ids import tx_id
from bot.messages import Stranger
from bot.ports import RoomMembership, Rooms, Store


@dataclass(frozen=True, slots=True)
class RejectStranger:
    store: Store
    rooms: Rooms
    membership: RoomMembership
    contact: str
    """Whom to ask, in words; empty for nobody named."""

    async def __call__(self, event: Event, *, stranger: bool) -> None:
        if stranger and await self._asks(event):
            await self._tell(event)
        if isinstance(event, Invite):
            await self.membership.leave(event.origin.room)

    async def _asks(self, event: Event) -> bool:
        """Whether it is for us alone, so that silence would be rude."""
        origin = event.origin
        async with self.store.begin() as uow:
            match event:
                case Invite(direct=direct, stripped=stripped):
                    return direct and not stripped
                case TextMessage(text=text):
                    partner = await uow.direct_rooms.partner(origin.room)
                    return partner == origin.sender or strip_command_prefix(text) is not None
                case Reaction(key=key, target=target) if is_reaction(key, BUY_REACTION):
                    return await uow.offers.standing_as(target) is not None
        return False

    async def _tell(self, event: Event) -> None:
        origin, invited = event.origin, isinstance(event, Invite)
        async with self.store.begin() as uow:
            if await uow.people.was_turned_away(origin.sender):
                return
        if invited:
            await self.membership.join(origin.room)
        await self.rooms.send(
            origin.room,
            Stranger(origin.sender, self.contact),
            tx_id("stranger", origin.sender),
            reply_to=None if invited else origin.event,
        )
        async with self.store.begin() as uow:
            await uow.people.record_turned_away(origin.sender)
