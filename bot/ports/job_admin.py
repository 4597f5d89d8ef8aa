"""The queue of jobs, as an operator sees it."""

from datetime import datetime
from typing import Protocol

from bot.domain.queue_stats import FailedJob, QueueStats


class JobAdmin(Protocol):
    """Not to be asked while a unit of work is open."""

    async def backlog(self) -> QueueStats: ...

    async def dead(self) -> tuple[FailedJob, ...]:
        """The oldest first."""
        ...

    async def revive(self, job: int, now: datetime) -> bool:
        """Do it again; False when it is not laid aside."""
        ...
