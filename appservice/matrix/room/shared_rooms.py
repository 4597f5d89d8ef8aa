"""The rooms that somebody and the bot are both in."""

import asyncio
from dataclasses import dataclass, field

from cachetools import TTLCache

from appservice.matrix.client import MatrixClient
from appservice.matrix.room.member_state import membership
from bot.ids import RoomId, UserId

_KEPT = 1000
_SECONDS = 60
_AT_A_TIME = 8

_Known = TTLCache[UserId, tuple[RoomId, ...]]


def _nothing_known() -> _Known:
    return TTLCache(_KEPT, _SECONDS)


@dataclass(frozen=True, slots=True)
class MatrixSharedRooms:
    """The port `SharedRooms`. Homeservers tell it only room by room, so it is remembered for a while."""

    client: MatrixClient
    known: _Known = field(default_factory=_nothing_known, repr=False)

    async def with_(self, user: UserId) -> tuple[RoomId, ...]:
        known = self.known.get(user)
        if known is not None:
            return known
        answer = await self.client.call("GET", "/_matrix/client/v3/joined_rooms")
        named = answer.get("joined_rooms")
        rooms = (
            [RoomId(each) for each in named if isinstance(each, str)]
            if isinstance(named, list)
            else []
        )
        turn = asyncio.Semaphore(_AT_A_TIME)

        async def is_there(room: RoomId) -> bool:
            async with turn:
                return await membership(self.client, room, user) == "join"

        there = await asyncio.gather(*map(is_there, rooms))
        found = tuple(room for room, inside in zip(rooms, there, strict=True) if inside)
        self.known[user] = found
        return found
