"""The job queue in memory, for the store in memory."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from appservice.db.job_queue import LEASE, Claimed
from bot.domain.queue_stats import FailedJob, QueueStats
from bot.jobs import Job


@dataclass(frozen=True)
class StoredJob:
    id: int
    kind: str
    fields: Mapping[str, Any] = field(repr=False)
    lock: str
    state: str = "waiting"
    claims: int = 0
    failures: int = 0
    laid_aside: int = 0
    again_at: datetime | None = None
    error: str = ""
    due_at: datetime = field(kw_only=True)
    created_at: datetime = field(kw_only=True)


class MemoryJobQueue:
    """Waits its turn like any unit of work, so that none overwrites what it does."""

    def __init__(
        self,
        turn: asyncio.Lock,
        jobs: Callable[[], dict[int, StoredJob]],
        add: Callable[[Job], Awaitable[None]],
    ) -> None:
        self._turn = turn
        self._add = add
        self._jobs = jobs
        self.jobs_added = asyncio.Event()

    async def claim(self, now: datetime, *, only: frozenset[str] | None = None) -> Claimed | None:
        async with self._turn:
            self._retry_failed_due(now)
            due = [job for job in self._lane_heads(only) if job.due_at <= now]
            job = min(due, key=lambda job: (job.due_at, job.id), default=None)
            if job is None:
                return None
            claims = job.claims + 1
            self._jobs()[job.id] = replace(job, state="running", claims=claims, due_at=now + LEASE)
        return Claimed(
            id=job.id,
            kind=job.kind,
            fields=job.fields,
            attempts=claims,
            unexpected_failures=job.failures,
            times_failed=job.laid_aside,
        )

    def _retry_failed_due(self, now: datetime) -> None:
        running = {job.lock for job in self._jobs().values() if job.state == "running"}
        for job in list(self._jobs().values()):
            if job.again_at is not None and job.again_at <= now and job.lock not in running:
                self._jobs()[job.id] = replace(
                    job, state="waiting", due_at=job.again_at, again_at=None, failures=0
                )

    async def renew(self, claimed: Claimed, now: datetime) -> None:
        await self._change(claimed, due_at=now + LEASE)

    async def done(self, claimed: Claimed) -> None:
        async with self._turn:
            if self._is_ours(claimed):
                del self._jobs()[claimed.id]

    async def retry(
        self,
        claimed: Claimed,
        at: datetime,
        error: str,
        *,
        unexpected: bool = False,
        leave_lock: bool = False,
    ) -> None:
        failures = claimed.unexpected_failures + int(unexpected)
        await self._change(claimed, state="waiting", due_at=at, error=error, failures=failures)
        if leave_lock and self._is_waiting(claimed.id):
            job = self._jobs()[claimed.id]
            self._jobs()[job.id] = replace(job, lock=f"{job.lock} job {job.id}")

    def _is_waiting(self, job: int) -> bool:
        return job in self._jobs() and self._jobs()[job].state == "waiting"

    async def fail(
        self,
        claimed: Claimed,
        error: str,
        then: Job | None = None,
        *,
        retry_at: datetime | None = None,
        keep_newest: int | None = None,
    ) -> None:
        ours = self._is_ours(claimed)
        times_failed = claimed.times_failed + 1
        await self._change(
            claimed, state="dead", error=error, again_at=retry_at, laid_aside=times_failed
        )
        if ours and keep_newest is not None:
            same = [
                job.id
                for job in self._jobs().values()
                if (job.kind, job.state) == (claimed.kind, "dead")
            ]
            for id_ in sorted(same)[: max(len(same) - keep_newest, 0)]:
                del self._jobs()[id_]
        if ours and then is not None:
            async with self._turn:
                await self._add(then)

    async def recover(self, now: datetime) -> None:
        async with self._turn:
            for job in list(self._jobs().values()):
                if job.state == "running":
                    self._jobs()[job.id] = replace(job, state="waiting", due_at=now)

    async def next_due(self, *, only: frozenset[str] | None = None) -> datetime | None:
        return min((job.due_at for job in self._lane_heads(only)), default=None)

    async def stats(self) -> QueueStats:
        states = [job.state for job in self._jobs().values()]
        alive = [job.created_at for job in self._jobs().values() if job.state != "dead"]
        return QueueStats(
            waiting=states.count("waiting"),
            running=states.count("running"),
            failed=states.count("dead"),
            oldest_created_at=min(alive, default=None),
        )

    async def failed_jobs(self) -> tuple[FailedJob, ...]:
        return tuple(
            FailedJob(
                id=job.id,
                kind=job.kind,
                fields=job.fields,
                created_at=job.created_at,
                attempts=job.claims,
                error=job.error,
                retry_at=job.again_at,
            )
            for job in sorted(self._jobs().values(), key=lambda job: job.id)
            if job.state == "dead"
        )

    async def retry_failed(self, job: int, now: datetime) -> bool:
        async with self._turn:
            if not self._is_dead(job):
                return False
            fresh = replace(
                self._jobs()[job], state="waiting", due_at=now, again_at=None, failures=0
            )
            self._jobs()[job] = fresh
        self.jobs_added.set()
        return True

    async def delete_failed(self, job: int) -> bool:
        async with self._turn:
            if not self._is_dead(job):
                return False
            del self._jobs()[job]
            return True

    def _lane_heads(self, only: frozenset[str] | None) -> list[StoredJob]:
        heads: dict[str, StoredJob] = {}
        for job in sorted(self._jobs().values(), key=lambda job: job.id):
            if job.state != "dead":
                heads.setdefault(job.lock, job)
        return [job for job in heads.values() if only is None or job.kind in only]

    def _is_dead(self, job: int) -> bool:
        return job in self._jobs() and self._jobs()[job].state == "dead"

    def _is_ours(self, claimed: Claimed) -> bool:
        job = self._jobs().get(claimed.id)
        return job is not None and (job.state, job.claims) == ("running", claimed.attempts)

    async def _change(self, claimed: Claimed, **changes: Any) -> None:
        async with self._turn:
            if self._is_ours(claimed):
                self._jobs()[claimed.id] = replace(self._jobs()[claimed.id], **changes)
