"""Rooms in which offers are posted: their pinned lists, and the rooms that replace them."""

from typing import Protocol

from bot.ids import EventId, RoomId


class SaleRooms(Protocol):
    async def pinned_list(self, room: RoomId) -> EventId | None:
        """The list of what is on sale that is kept up to date there."""
        ...

    async def save_pinned_list(self, room: RoomId, event: EventId | None) -> None:
        """None ends it."""
        ...

    async def followed(self, room: RoomId, replacement: RoomId) -> bool:
        """Whether the bot has followed that upgrade, and none of that room since."""
        ...

    async def follow(self, room: RoomId, replacement: RoomId) -> None: ...

    async def awaits_invitation(self, replacement: RoomId) -> bool:
        """Whether the bot asked to be invited into that room, because it replaces another one."""
        ...

    async def await_invitation(self, room: RoomId, replacement: RoomId) -> None: ...
