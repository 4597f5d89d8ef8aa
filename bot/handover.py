"""An attachment that a homeserver's gate took out before it came into the room."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.ids import RoomId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """Kept until the words that stand for it arrive; for a sender who may not speak they never do."""

    name: str
    room: RoomId
    sender: UserId
    content: Mapping[str, Any] = field(repr=False)
    """Of the message that was to be sent."""
    received_at: datetime
