"""Into encrypted rooms: the key to every device that is to read, then the event."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from appservice.matrix.crypto.devices import Devices
from appservice.matrix.crypto.outgoing import Outgoing
from appservice.matrix.crypto.rooms import KnownRooms
from appservice.matrix.crypto.upkeep import Upkeep
from bot.ids import RoomId, UserId

_ALWAYS_CLEAR = frozenset({"m.reaction"})
"""As all clients do: a reaction's key stands in its relation, which the homeserver must read anyway."""


class RoomCipher:
    def __init__(
        self, rooms: KnownRooms, devices: Devices, outgoing: Outgoing, upkeep: Upkeep
    ) -> None:
        self._rooms = rooms
        self._devices = devices
        self._outgoing = outgoing
        self._upkeep = upkeep
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def enclose(
        self,
        room: RoomId,
        type_: str,
        content: Mapping[str, Any],
        readers: frozenset[UserId] | None = None,
    ) -> tuple[str, Mapping[str, Any]]:
        """Type and content as they go out. When it cannot be told whether a room is encrypted, or for
        whom, this raises, and nothing goes out."""
        if type_ in _ALWAYS_CLEAR or not await self._rooms.is_encrypted(room):
            return type_, content
        async with self._turns[room]:
            await self._share(room, readers)
            return "m.room.encrypted", self._outgoing.encrypt(room, type_, content)

    async def _share(self, room: RoomId, readers: frozenset[UserId] | None) -> None:
        users: frozenset[str] = await self._rooms.readers(room) if readers is None else readers
        await self._upkeep.know(users)
        await self._upkeep.open_sessions(users)
        for batch in self._outgoing.share(room, self._devices.reachable(users)):
            await self._upkeep.send_to_devices("m.room.encrypted", batch[1]["messages"])
            self._outgoing.shared(room, batch)
        self._outgoing.ready(room)
