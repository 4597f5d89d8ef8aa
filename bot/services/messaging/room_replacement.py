"""Proof that a room replaces another one: both rooms say so, as our own homeserver has their state.

The tombstone needs power in the old room, and the predecessor was named when the new room was made; either alone
may be somebody's attempt to take over what belongs to a room.
https://spec.matrix.org/v1.17/client-server-api/#room-upgrades
"""

from bot.ids import RoomId, UserId
from bot.ports import RoomState

_MOST_UPGRADES = 10


async def replacement_of(state: RoomState, room: RoomId) -> RoomId | None:
    """Return the room that replaces `room`, if the bot is in both and they name each other."""
    new = await state.replacement(room)
    if new is None or new == room or await state.predecessor(new) != room:
        return None
    return new


async def replaced_by(state: RoomState, room: RoomId) -> RoomId | None:
    """Return the room that `room` replaces, if the bot is in both and they name each other."""
    old = await state.predecessor(room)
    if old is None or old == room or await state.replacement(old) != room:
        return None
    return old


async def versions_of(state: RoomState, room: RoomId) -> tuple[RoomId, ...]:
    """Return `room` and what has replaced it since, one after the other, the newest last."""
    rooms = [room]
    for _ in range(_MOST_UPGRADES):
        new = await replacement_of(state, rooms[-1])
        if new is None or new in rooms:
            break
        rooms.append(new)
    return tuple(rooms)


async def counts_as_member(state: RoomState, room: RoomId, user: UserId) -> bool:
    """Whether `user` is in the newest version of `room`, or has not come there yet from an older one.

    Whoever left the newest version, or was removed from it, is a member no more: nobody looks after the old one.
    """
    for version in reversed(await versions_of(state, room)):
        if await state.is_member(version, user):
            return True
        if await state.has_left(version, user):
            return False
    return False
