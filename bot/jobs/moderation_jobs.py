"""What people hear of admins' decisions, and at the very end."""

from dataclasses import dataclass, field

from bot.ids import EventId, ReportId, RoomId, UserId
from bot.jobs.job import Answered, Owed


@dataclass(frozen=True, slots=True)
class NotifyUser(Owed):
    """Tell somebody in their direct room what admins have decided, or what failed while they were away; once for
    each key."""

    user: UserId
    key: str
    words: str = field(repr=False)

    former_name = "tell_person"
    replies_in_thread = True

    @property
    def lock(self) -> str:
        return f"person:{self.user}"


@dataclass(frozen=True, slots=True)
class LeaveRoom(Answered):
    """Say goodbye in a direct room and leave it: whose it was is forgotten."""

    room: RoomId
    cause: EventId

    former_name = "part"

    @property
    def lock(self) -> str:
        return f"part:{self.room}"


@dataclass(frozen=True, slots=True)
class EmailReporter(Answered):
    """A letter to whoever made a report by the form on the web: that it is `received`, or `decided`."""

    report: ReportId
    what: str

    former_name = "write_to_reporter"

    @property
    def lock(self) -> str:
        return f"report:{self.report}"
