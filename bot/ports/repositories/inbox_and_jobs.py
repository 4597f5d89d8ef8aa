"""What was heard, what is still to be done, and how far we are."""

from datetime import datetime
from typing import Protocol

from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.ids import EventId, RoomId, UserId
from bot.jobs import Job
from bot.jobs.inbound_jobs import FailedItem


class Inbox(Protocol):
    async def accept(self, source: str, id_: str) -> bool:
        """Whether this came in for the first time."""
        ...


class Jobs(Protocol):
    async def add(
        self, job: Job, *, at: datetime | None = None, queueing_lock: bool = False
    ) -> None:
        """Run it from `at` on (or at once), one at a time and in order among the jobs of its lock.

        `queueing_lock`: while an equal job waits, none is added; that one is moved forward if `at` is sooner.
        """
        ...

    async def lay_aside(self, item: FailedItem, error: str, keep: int) -> None:
        """Record it among the failed jobs. Of those of its lock, the newest `keep` stay."""
        ...

    async def wake(self, prefix: str) -> None:
        """Make due what waits for a lock with this prefix."""
        ...


class Handovers(Protocol):
    """What a gate has taken out, and what has not been seen of it yet."""

    async def add(self, handover: InterceptedAttachment) -> None:
        """Nothing happens when it is there already."""
        ...

    async def waiting(self, sender: UserId, *, beside: str) -> int:
        """How many of theirs no event has claimed yet, other than the one of that name."""
        ...

    async def claim(
        self, name: str, event: EventId, *, room: RoomId, sender: UserId
    ) -> InterceptedAttachment | None:
        """For the event that stands for it: the first one that comes has it, until it is `handled`.

        An event of another room or sender changes nothing, because anybody may copy the name.
        """
        ...

    async def handled(self, event: EventId) -> None:
        """Forget the content of what this event stands for; nobody gets it any more."""
        ...

    async def forget(self, before: datetime) -> None: ...
