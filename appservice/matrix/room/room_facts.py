"""The full state of a room, as our own homeserver has it.

https://spec.matrix.org/v1.17/client-server-api/#get_matrixclientv3roomsroomidstate
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.json_fields import Json, id_of, section, text
from appservice.matrix.responses import MatrixRejected
from appservice.matrix.room.power_levels import power, version_of
from bot.domain.matrix.private_room import RoomFacts
from bot.errors import TemporaryError
from bot.ids import RoomId, UserId
from bot.ports import Act

_MEMBERSHIPS = frozenset({"join", "invite", "knock", "leave", "ban"})
"""https://spec.matrix.org/v1.17/client-server-api/#mroommember"""
_NOT_SEEN = frozenset({"M_NOT_FOUND", "M_FORBIDDEN", "M_UNKNOWN"})
_STATE_BYTES = 2_000_000
"""More state than a room of two people has; such a room is taken for one with others."""
_CREATORS_ABOVE_ALL = 12
"""The room version from which on `additional_creators` counts."""


async def room_facts(client: MatrixClient, room: RoomId) -> RoomFacts | None:
    """None if the bot is not in the room, or the room has more state than one of two people."""
    path = path_of("/_matrix/client/v3/rooms/{}/state", room)
    received = bytearray()
    try:
        async with client.stream("GET", path) as response:
            async for chunk in response.content.iter_any():
                received += chunk
                if len(received) > _STATE_BYTES:
                    return None
    except MatrixRejected as rejected:
        if rejected.code not in _NOT_SEEN:
            raise
        return None
    try:
        state = json.loads(received)
    except (ValueError, RecursionError):
        raise TemporaryError("the homeserver answered with something that is not JSON") from None
    if not isinstance(state, list):
        raise TemporaryError("the homeserver answered with something that is no list of state")
    return facts_of(room, [each for each in state if isinstance(each, Mapping)], client.user_id)


def facts_of(room: RoomId, state: Iterable[Json], bot: UserId) -> RoomFacts:
    """What cannot be understood is left out or taken for the less private."""
    singles: dict[str, Json] = {}
    members: dict[UserId, Json] = {}
    third_party = False
    for event in state:
        type_, key = event.get("type"), event.get("state_key")
        if type_ == "m.room.member" and isinstance(key, str):
            members[UserId(key)] = event
        elif type_ == "m.room.third_party_invite":
            third_party = third_party or bool(event.get("content"))
        elif isinstance(type_, str) and key == "":
            singles[type_] = event
    create = singles.get("m.room.create", {})
    levels = singles.get("m.room.power_levels")
    return RoomFacts(
        id=room,
        creators=_creators(create),
        members={who: _membership(event) for who, event in members.items()},
        join_rule=_rule(singles, "m.room.join_rules", "join_rule", "invite"),
        history=_rule(singles, "m.room.history_visibility", "history_visibility", "shared"),
        encrypted=bool(text(section(singles.get("m.room.encryption", {}), "content"), "algorithm")),
        replaced="m.room.tombstone" in singles,
        may_speak=_may_speak(levels, create, bot),
        third_party_invites=third_party,
    )


def _creators(create: Json) -> frozenset[UserId]:
    """Empty if the creation event is malformed or missing: then the room is nobody's."""
    sender = id_of(create, "sender", "@")
    if sender is None:
        return frozenset()
    more: Any = section(create, "content").get("additional_creators")
    if version_of(section(create, "content")) < _CREATORS_ABOVE_ALL or not isinstance(more, list):
        more = []
    return frozenset({UserId(sender), *(UserId(str(each)) for each in more)})


def _may_speak(levels: Json | None, create: Json, bot: UserId) -> bool:
    """In clear and encrypted, because a room may become encrypted."""
    content = None if levels is None else section(levels, "content")
    return all(
        power(content, create, bot, Act.SPEAK, encrypted=encrypted).enough
        for encrypted in (False, True)
    )


def _membership(event: Json) -> str:
    """A membership that is not understood is taken for somebody who is there."""
    membership = text(section(event, "content"), "membership")
    return membership if membership in _MEMBERSHIPS else "join"


def _rule(singles: Mapping[str, Json], type_: str, key: str, otherwise: str) -> str:
    """`otherwise` is what the specification has where there is no such event; malformed ones are unknown."""
    if type_ not in singles:
        return otherwise
    return text(section(singles[type_], "content"), key) or "malformed"


async def inviter_of(client: MatrixClient, room: RoomId) -> UserId | None:
    """Who sent the invitation that the bot came in by; None if our own homeserver does not tell.

    It fills `unsigned` from its own records; what another homeserver writes there, it drops.
    """
    path = path_of("/_matrix/client/v3/rooms/{}/state/m.room.member/{}", room, client.user_id)
    own = await _or_nothing(client, f"{path}?format=event")
    unsigned = section(own, "unsigned")
    if text(section(unsigned, "prev_content"), "membership") == "invite":
        sender = id_of(unsigned, "prev_sender", "@")
        if sender is not None:
            return UserId(sender)
    replaced = id_of(unsigned, "replaces_state", "$")
    if replaced is None:
        return None
    event = await _or_nothing(
        client, path_of("/_matrix/client/v3/rooms/{}/event/{}", room, replaced)
    )
    sender = id_of(event, "sender", "@")
    invited = text(section(event, "content"), "membership") == "invite"
    return UserId(sender) if invited and sender else None


async def _or_nothing(client: MatrixClient, path: str) -> Json:
    try:
        return await client.call("GET", path)
    except MatrixRejected as rejected:
        if rejected.code not in _NOT_SEEN:
            raise
        return {}
