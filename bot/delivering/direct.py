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
    """Secrets need a room that is encrypted."""

    async def __call__(self, user: UserId, *, secrets: bool = True) -> RoomId:
        """Where to speak with a person. Raises Refusal when they take no invitations.

        Without `secrets` the room that they write in will do, encrypted or not.
        """
        async with self.store.begin() as uow:
            room = await uow.direct_rooms.of(user)
        if room is not None and await self._will_do(room, secrets=secrets):
            if not await self.state.is_member(room, user):
                await self.doors.invite(room, user)
            return room
        room = await self.doors.open_direct(user)
        async with self.store.begin() as uow:
            await uow.direct_rooms.save(user, room)
        return room

    async def _will_do(self, room: RoomId, *, secrets: bool) -> bool:
        if not await self.state.is_member(room, self.bot):
            return False
        return not (secrets and self.encrypted) or await self.encryption.is_encrypted(room)
