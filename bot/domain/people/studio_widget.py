"""A seller's studio, shown by their chat app beside the chat."""

from dataclasses import dataclass
from datetime import datetime

from bot.ids import RoomId, UserId, WidgetId


@dataclass(frozen=True, slots=True, kw_only=True)
class Widget:
    """One in a room, for one person. Nothing is kept of it but what its secret cannot be told from."""

    id: WidgetId
    user: UserId
    room: RoomId
    created_at: datetime
