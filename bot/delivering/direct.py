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
        return await self._open(user)

    async def _open(self, user: UserId) -> RoomId:
        """The room exists as soon as the homeserver has made it, even if we died before we knew."""
        opening = f"opening a direct room: {user}"
        async with self.store.begin() as uow:
            begun = await uow.bookmarks.get(opening)
            await uow.bookmarks.set(opening, "begun")
        room = await self._unrecorded(user) if begun == "begun" else None
        room = room or await self.doors.open_direct(user)
        async with self.store.begin() as uow:
            await uow.direct_rooms.save(user, room)
            await uow.bookmarks.set(opening, "done")
        return room

    async def _unrecorded(self, user: UserId) -> RoomId | None:
        for room in await self.doors.opened_for(user):
            async with self.store.begin() as uow:
                if await uow.direct_rooms.partner(room) is None:
                    return room
        return None

    async def _will_do(self, room: RoomId, *, secrets: bool) -> bool:
        if not await self.state.is_member(room, self.bot):
            return False
        return not (secrets and self.encrypted) or await self.encryption.is_encrypted(room)
