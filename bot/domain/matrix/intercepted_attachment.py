"""An attachment that a homeserver's gate took out before it came into the room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.ids import EventId, RoomId, UserId, tx_id

_HELD = "ppv-"
"""How the names of held events begin, as `tx_id` makes them. A gate chooses the names of all others by chance."""


def inspected_name(room: RoomId, place: str) -> str:
    """The name of an encrypted event by its session and index: the same ciphertext has the same name."""
    return tx_id("held", room, place)


def is_inspected(name: str) -> bool:
    """Whether an encrypted event was handed over under this name, and read by the bot itself."""
    return name.startswith(_HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterceptedAttachment:
    """Kept until the event that stands for it arrives; for a sender who may not speak it never does."""

    name: str
    room: RoomId
    sender: UserId
    content: Mapping[str, Any] = field(repr=False)
    """Of the message that was to be sent."""
    received_at: datetime
    event: EventId | None = None
    """The one that stands for it, once it has arrived."""
