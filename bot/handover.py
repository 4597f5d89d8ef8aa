"""An attachment that a homeserver's gate took out before it came into the room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.ids import EventId, RoomId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Kept until the event that stands for it arrives; for a sender who may not speak it never does."""

    name: str
    room: RoomId
    sender: UserId
    content: Mapping[str, Any] = field(repr=False)
    """Of the message that was to be sent."""
    received_at: datetime
    event: EventId | None = None
    """The one that stands for it, once it has arrived."""
