"""What was heard and is still to be understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.ids import EventId, RoomId
from bot.jobs.job import Answered


@dataclass(frozen=True, slots=True)
class HandleEvent(Answered):
    """Understand a Matrix event, kept here as it came, and do what it asks.

    What one sender says in a room happens in order; nobody waits there for what somebody else has asked for.
    """

    event: Mapping[str, Any]

    @property
    def lock(self) -> str:
        """One for each person in each room: nobody holds up what others say there."""
        return f"room:{self.event['room_id']}:{self.event.get('sender', '')}"


@dataclass(frozen=True, slots=True)
class RetryDecrypt(Answered):
    """An encrypted event whose key has not come yet, as it came, and when that was (ISO 8601)."""

    event: Mapping[str, Any]
    heard_at: str

    former_name = "read_later"

    @property
    def lock(self) -> str:
        session = self.event["content"].get("session_id", "")
        return f"{room_key_lock(session)}{self.event['event_id']}"


@dataclass(frozen=True, slots=True)
class NotifyUndecryptable(Answered):
    """Tell the sender of an encrypted event that it cannot be read."""

    room: RoomId
    event: EventId
    session: str

    former_name = "tell_key_missing"

    @property
    def lock(self) -> str:
        return f"missing:{self.session}"


@dataclass(frozen=True, slots=True)
class BackfillJoin(Answered):
    """Somebody of another homeserver came into their direct room."""

    room: RoomId
    arrival: EventId

    former_name = "bring_up_to_date"

    @property
    def lock(self) -> str:
        return f"up to date {self.room}"


@dataclass(frozen=True, slots=True)
class FailedItem(Answered):
    """Something from outside that could not be handled. It is recorded as laid aside, and runs only when retried."""

    door: str
    item: str
    """Names it for operators; never what it says."""
    event: Mapping[str, Any] | None = field(default=None, repr=False)
    """Of a Matrix event of the right shape: what is handled again."""

    @property
    def lock(self) -> str:
        return f"failed:{self.door}"


def room_key_lock(session: str) -> str:
    """Return the prefix of the locks of all jobs that wait for this session's key."""
    return f"key:{session}:"
