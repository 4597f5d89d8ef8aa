"""What rooms are called, for a page that names several."""

import asyncio
from collections.abc import Iterable

from bot.ids import RoomId
from bot.ports import RoomState


async def titles_of(state: RoomState, rooms: Iterable[RoomId]) -> dict[RoomId, str]:
    """Each asked for once, all at the same time."""
    wanted = list(dict.fromkeys(rooms))
    titles = await asyncio.gather(*(state.title(room) for room in wanted))
    return dict(zip(wanted, titles, strict=True))
