"""Power levels: what somebody may do in a room, by the rules of all room versions.

https://spec.matrix.org/v1.17/client-server-api/#mroompower_levels
"""

import re
from collections.abc import Mapping
from typing import Any

from appservice.matrix.json_fields import Json, section, text
from bot.ids import UserId
from bot.ports import Act, Power

ENDLESS = 1 << 53
"""More than any level that a room can ask for."""

_DIGITS = re.compile("-?[0-9]{1,16}")
_VERSION_DIGITS = 3
_CREATOR = 100
_REDACT = 50
_STATE = 50
_CREATOR_IS_SENDER = 11
"""The room version from which on `creator` has no meaning: https://spec.matrix.org/v1.17/rooms/v11/"""
_CREATORS_ABOVE_ALL = 12
"""The room version from which on creators have endless power."""


def power(levels: Json | None, create: Json, user: UserId, act: Act, *, encrypted: bool) -> Power:
    """What `user` has in a room and what it asks for `act`.

    `levels`: the content of `m.room.power_levels`, None in a room without. `create`: the event.
    """
    return Power(_held(levels, create, user), _needed(levels, act, encrypted=encrypted))


def _held(levels: Json | None, create: Json, user: UserId) -> int:
    content = section(create, "content")
    creators = {text(create, "sender")}
    if version_of(content) < _CREATOR_IS_SENDER:
        creators.add(text(content, "creator"))
    if version_of(content) >= _CREATORS_ABOVE_ALL:
        more = content.get("additional_creators")
        if user in creators or (isinstance(more, list) and user in more):
            return ENDLESS
    if levels is None:
        return _CREATOR if user in creators else 0
    default = _level(levels, "users_default", 0, unread=-ENDLESS)
    return _level(section(levels, "users"), user, default, unread=-ENDLESS)


def version_of(create: Json) -> int:
    """Versions that are no number are experiments; they are taken for old ones."""
    version = text(create, "room_version") or "1"
    plain = version.isascii() and version.isdecimal() and len(version) <= _VERSION_DIGITS
    return int(version) if plain else 1


def _needed(levels: Json | None, act: Act, *, encrypted: bool) -> int:
    known = levels or {}
    match act:
        case Act.PIN:
            otherwise = 0 if levels is None else _level(known, "state_default", _STATE)
            return _level(section(known, "events"), "m.room.pinned_events", otherwise)
        case Act.SPEAK:
            return _to_send(known, "m.room.encrypted" if encrypted else "m.room.message")
        case Act.REDACT_OWN:
            return _to_send(known, "m.room.redaction")
        case Act.REDACT:
            # Both count: for redacting others' events, and for sending a redaction at all.
            return max(_level(known, "redact", _REDACT), _to_send(known, "m.room.redaction"))


def _to_send(levels: Json, type_: str) -> int:
    return _level(section(levels, "events"), type_, _level(levels, "events_default", 0))


def _level(levels: Mapping[str, Any], key: str, otherwise: int, *, unread: int = ENDLESS) -> int:
    """Return a level; `otherwise` if there is none, and `unread` if it is nothing that all homeservers understand.

    Old rooms hold some as strings. By default what cannot be read asks for more than anybody has, because a
    homeserver may understand it, e.g. `"1_00"`, and ask for more than we would.
    """
    if key not in levels:
        return otherwise
    value = levels[key]
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else unread
