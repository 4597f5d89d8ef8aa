"""The direct room of each person: found, or opened."""

from dataclasses import dataclass

from bot.ids import RoomId, UserId
from bot.ports import RoomDoors, RoomEncryption, RoomState, Store


@dataclass(frozen=True, slots=True)
class DirectRoom:
    """One for each person. One that they opened themselves is taken before one of ours."""

    store: Store
    state: RoomState
    doors: RoomDoors
    encryption: RoomEncryption
    bot: UserId
    encrypted: bool
    """A room that is not encrypted will not do."""

    async def __call__(self, user: UserId) -> RoomId:
        """Raises Refusal when the person takes no invitations."""
        async with self.store.begin() as uow:
            room = await uow.direct_rooms.of(user)
        if room is not None and await self._will_do(room):
            if not await self.state.is_member(room, user):
                await self.doors.invite(room, user)
            return room
        room = await self.doors.open_direct(user)
        async with self.store.begin() as uow:
            await uow.direct_rooms.save(user, room)
        return room

    async def _will_do(self, room: RoomId) -> bool:
        if not await self.state.is_member(room, self.bot):
            return False
        return not self.encrypted or await self.encryption.is_encrypted(room)
