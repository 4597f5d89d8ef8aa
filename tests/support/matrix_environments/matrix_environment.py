"""What the contract of the Matrix ports needs of a homeserver: the ports, and people who act in its rooms."""

from typing import Protocol

from bot.ids import EventId, MxcUri, RoomId, UserId
from bot.ports import Media, RoomHistory, RoomMembership, Rooms, RoomState, SharedRooms


class MatrixEnvironment(Protocol):
    """The bot, and three people: `alice` and `bob` take invitations, `blocked` takes none."""

    bot: UserId
    alice: UserId
    bob: UserId
    blocked: UserId

    @property
    def rooms(self) -> Rooms: ...

    @property
    def state(self) -> RoomState: ...

    @property
    def shared_rooms(self) -> SharedRooms: ...

    @property
    def history(self) -> RoomHistory: ...

    @property
    def membership(self) -> RoomMembership: ...

    @property
    def media(self) -> Media: ...

    @property
    def server(self) -> str: ...

    async def create_room(self, *, alias: str = "", encrypted: bool = False) -> RoomId:
        """A private room that Alice makes, with all the power; nobody else is in it."""
        ...

    async def let_in(self, room: RoomId, *users: UserId) -> None:
        """Alice invites them, and they join. They have no power."""
        ...

    async def accept(self, room: RoomId, user: UserId) -> None:
        """Join a room to which the bot has invited `user`."""
        ...

    async def reject(self, room: RoomId, user: UserId) -> None: ...

    async def leave(self, room: RoomId, user: UserId) -> None: ...

    async def ban(self, room: RoomId, user: UserId) -> None:
        """Alice bans them."""
        ...

    async def make_moderator(self, room: RoomId, user: UserId) -> None: ...

    async def mute_bot(self, room: RoomId) -> None: ...

    async def say(self, room: RoomId, user: UserId, text: str) -> EventId: ...

    async def say_encrypted(self, room: RoomId, user: UserId) -> EventId:
        """Send an encrypted event whose key nobody gets."""
        ...

    async def edit(self, room: RoomId, user: UserId, event: EventId, text: str) -> EventId: ...

    async def redact(self, room: RoomId, user: UserId, event: EventId) -> None:
        """Nothing happens if the room does not allow it."""
        ...

    async def upgrade(self, room: RoomId) -> RoomId:
        """Alice replaces the room, and the bot joins the new one."""
        ...

    async def upload(self, user: UserId, data: bytes) -> MxcUri: ...

    async def let_bot_purge(self, *, allowed: bool) -> None:
        """Make the bot an admin of the homeserver."""
        ...

    async def reactions(self, room: RoomId, event: EventId) -> list[str]:
        """The keys with which the bot reacted."""
        ...

    async def pinned(self, room: RoomId) -> list[EventId]: ...
