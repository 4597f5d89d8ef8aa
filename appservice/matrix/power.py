"""Power levels: whether the bot may take other people's messages out of a room.

https://spec.matrix.org/v1.17/client-server-api/#mroompower_levels
"""

from collections.abc import Mapping
from typing import Any

from appservice.matrix.fields import Json, section, text
from bot.ids import UserId
from bot.ports import Power

ENDLESS = 1 << 53
"""More than any level that a room can ask for."""

_CREATOR = 100
_REDACT = 50
_CREATORS_ABOVE_ALL = 12
"""The room version from which on creators have endless power."""


def redaction_power(levels: Json | None, create: Json, bot: UserId) -> Power:
    """`levels`: the content of `m.room.power_levels`, None in a room without. `create`: the event."""
    content = section(create, "content")
    creators = {text(create, "sender"), text(content, "creator")}
    if _version(content) >= _CREATORS_ABOVE_ALL:
        more = content.get("additional_creators")
        if bot in creators or (isinstance(more, list) and bot in more):
            return Power(ENDLESS, _needed(levels or {}))
    if levels is None:
        return Power(_CREATOR if bot in creators else 0, _REDACT)
    return Power(_held(levels, bot), _needed(levels))


def _version(create: Json) -> int:
    """Versions that are no number are experiments; they are taken for old ones."""
    version = text(create, "room_version") or "1"
    return int(version) if version.isascii() and version.isdecimal() else 1


def _held(levels: Json, bot: UserId) -> int:
    everybody = _level(levels, "users_default", 0)
    return _level(section(levels, "users"), bot, everybody)


def _needed(levels: Json) -> int:
    """Both levels count: for redacting others' events, and for sending a redaction at all."""
    sending = _level(levels, "events_default", 0)
    sending = _level(section(levels, "events"), "m.room.redaction", sending)
    return max(_level(levels, "redact", _REDACT), sending)


def _level(levels: Mapping[str, Any], key: str, otherwise: int) -> int:
    """A level; old rooms hold some as strings."""
    value = levels.get(key)
    if isinstance(value, str):
        digits = value.strip()
        plain = digits.removeprefix("-")
        return (
            int(digits) if plain.isascii() and plain.isdecimal() and len(plain) < 17 else otherwise
        )
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise
