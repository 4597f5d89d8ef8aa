"""Operators' view of the job queue."""

from datetime import datetime
from typing import Protocol

from bot.domain.queue_stats import FailedJob, QueueStats


class JobAdmin(Protocol):
    """Do not call it while a unit of work is open."""

    async def stats(self) -> QueueStats: ...

    async def failed_jobs(self) -> tuple[FailedJob, ...]:
        """Return the failed jobs, the oldest first."""
        ...

    async def retry_failed(self, job: int, now: datetime) -> bool:
        """Run a failed job again. Return False if it has not failed."""
        ...
