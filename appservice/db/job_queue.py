"""Jobs, as the worker takes them: each lane in order, one at a time."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.field_cipher import FieldCipher, FieldUnreadable
from appservice.db.group_commit.batched_database import Database
from appservice.db.record_key import RecordKey
from appservice.db.repositories.sql_jobs import SqlJobs, encrypt_error, error_in, fields_in
from appservice.db.transaction import Row
from bot.domain.queue_stats import FailedJob, QueueStats
from bot.jobs import Job
from bot.ports import Clock

_STATES = {"waiting": "waiting", "running": "running", "dead": "failed"}
LEASE = timedelta(minutes=5)
"""So long a claim holds unless it is renewed; then the worker is taken for dead, and the job is free."""

_TAKE_UP_AGAIN = """
    UPDATE jobs SET state = 'waiting', due_at = again_at, again_at = NULL, failures = 0
    WHERE again_at <= ? AND state = 'dead' AND NOT EXISTS (
        SELECT 1 FROM jobs AS other WHERE other.lane = jobs.lane AND other.state = 'running'
    )
"""
_DROP_OLDEST = """
    DELETE FROM jobs WHERE kind = ? AND state = 'dead' AND id <= (
        SELECT id FROM jobs WHERE kind = ? AND state = 'dead' ORDER BY id DESC LIMIT 1 OFFSET ?
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A job that is ours to run, until the lease ends."""

    id: int
    kind: str
    fields: Mapping[str, Any] | None = field(repr=False)
    """None for what cannot be read."""
    claims: int
    """How often it was begun, this time included."""
    failures: int
    """How often it failed in a way that nobody foresaw."""
    laid_aside: int = 0
    """How often it was laid aside before."""


class JobQueue:
    """Done jobs are deleted. A claim that lapsed has no say any more: its outcome is dropped."""

    def __init__(self, database: Database, clock: Clock, key: RecordKey) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self.news = asyncio.Event()
        """Set when jobs were committed."""

    async def claim(self, now: datetime, *, only: frozenset[str] | None = None) -> Claimed | None:
        """The job that has been due for longest, of those that are first in their lane and, if asked so, of
        these kinds alone."""
        cipher = await self._key.cipher()
        async with self._database.transaction() as transaction:
            await transaction.run(_TAKE_UP_AGAIN, time_to_text(now))
            row = await transaction.row(
                _claim(only),
                time_to_text(now + LEASE),
                *sorted(only or ()),
                time_to_text(now),
            )
        if row is None:
            return None
        return Claimed(
            id=row["id"],
            kind=row["kind"],
            fields=_fields(cipher, row),
            claims=row["claims"],
            failures=row["failures"],
            laid_aside=row["laid_aside"],
        )

    async def renew(self, claimed: Claimed, now: datetime) -> None:
        """It is still being worked on."""
        async with self._database.transaction() as transaction:
            await transaction.run(
                "UPDATE jobs SET due_at = ? WHERE id = ? AND claims = ? AND state = 'running'",
                time_to_text(now + LEASE),
                claimed.id,
                claimed.claims,
            )

    async def done(self, claimed: Claimed) -> None:
        async with self._database.transaction() as transaction:
            await transaction.run(
                "DELETE FROM jobs WHERE id = ? AND claims = ? AND state = 'running'",
                claimed.id,
                claimed.claims,
            )

    async def retry(
        self,
        claimed: Claimed,
        at: datetime,
        error: str,
        *,
        unforeseen: bool = False,
        leave_lane: bool = False,
    ) -> None:
        """Run it again from `at` on; its lane waits for it. `unforeseen` counts as a failure.

        `leave_lane`: it goes into a lane of its own, and nothing waits for it any more.
        """
        cipher = await self._key.cipher()
        async with self._database.transaction() as transaction:
            await transaction.run(
                "UPDATE jobs SET state = 'waiting', due_at = ?, last_error = ?, failures = failures + ?,"
                " lane = lane || ? WHERE id = ? AND claims = ? AND state = 'running'",
                time_to_text(at),
                encrypt_error(cipher, claimed.kind, error),
                int(unforeseen),
                f" job {claimed.id}" if leave_lane else "",
                claimed.id,
                claimed.claims,
            )

    async def bury(
        self,
        claimed: Claimed,
        error: str,
        then: Job | None = None,
        *,
        again_at: datetime | None = None,
        keep: int | None = None,
    ) -> None:
        """Lay it aside; its lane goes on. `then` is added with that, or not at all.

        Of those of its kind that were laid aside, the newest `keep` stay; None for all. At `again_at` it is taken
        up again, in its old place in the lane; None leaves that to an operator.
        """
        cipher = await self._key.cipher()
        async with self._database.transaction() as transaction:
            row = await transaction.row(
                "UPDATE jobs SET state = 'dead', last_error = ?, again_at = ?, laid_aside = laid_aside + 1"
                " WHERE id = ? AND claims = ? AND state = 'running' RETURNING id",
                encrypt_error(cipher, claimed.kind, error),
                nullable(time_to_text, again_at),
                claimed.id,
                claimed.claims,
            )
            if row is not None and keep is not None:
                await transaction.run(_DROP_OLDEST, claimed.kind, claimed.kind, keep)
            if row is not None and then is not None:
                await SqlJobs(transaction, self._clock, cipher).add(then)
        self.news.set()

    async def recover(self, now: datetime) -> None:
        """Free what a process that is gone was running. Only for the one worker of a database, at its start."""
        async with self._database.transaction() as transaction:
            await transaction.run(
                "UPDATE jobs SET state = 'waiting', due_at = ? WHERE state = 'running'",
                time_to_text(now),
            )

    async def next_due(self, *, only: frozenset[str] | None = None) -> datetime | None:
        """When the next job, of these kinds alone if asked so, may be claimed."""
        sql = f"SELECT due_at FROM {_heads_of(only)} ORDER BY due_at, id LIMIT 1"  # noqa: S608 - of our own words
        async with self._database.transaction() as transaction:
            row = await transaction.row(sql, *sorted(only or ()))
        return time_from_text(row["due_at"]) if row else None

    async def backlog(self) -> QueueStats:
        async with self._database.transaction() as transaction:
            rows = await transaction.rows(
                "SELECT state, COUNT(*) AS jobs, MIN(created_at) AS oldest FROM jobs GROUP BY state"
            )
        oldest = [time_from_text(row["oldest"]) for row in rows if row["state"] != "dead"]
        return QueueStats(
            **{_STATES[row["state"]]: row["jobs"] for row in rows},
            oldest_created_at=min(oldest, default=None),
        )

    async def dead(self) -> tuple[FailedJob, ...]:
        """The oldest first."""
        cipher = await self._key.cipher()
        async with self._database.transaction() as transaction:
            rows = await transaction.rows("SELECT * FROM jobs WHERE state = 'dead' ORDER BY id")
        return tuple(
            FailedJob(
                id=row["id"],
                kind=row["kind"],
                fields=_fields(cipher, row) or {},
                created_at=time_from_text(row["created_at"]),
                claims=row["claims"],
                error=_error(cipher, row),
                again_at=nullable(time_from_text, row["again_at"]),
            )
            for row in rows
        )

    async def revive(self, job: int, now: datetime) -> bool:
        """Run a dead job again, in its old place in the lane; whether there was one."""
        async with self._database.transaction() as transaction:
            row = await transaction.row(
                "UPDATE jobs SET state = 'waiting', due_at = ?, again_at = NULL, failures = 0"
                " WHERE id = ? AND state = 'dead' RETURNING id",
                time_to_text(now),
                job,
            )
        self.news.set()
        return row is not None

    async def drop(self, job: int) -> bool:
        """Forget a dead job for good; whether there was one."""
        async with self._database.transaction() as transaction:
            row = await transaction.row(
                "DELETE FROM jobs WHERE id = ? AND state = 'dead' RETURNING id", job
            )
        return row is not None


def _claim(kinds: frozenset[str] | None) -> str:
    return f"""
        UPDATE jobs SET state = 'running', claims = claims + 1, due_at = ?
        WHERE id = (SELECT id FROM {_heads_of(kinds)} WHERE due_at <= ? ORDER BY due_at, id LIMIT 1)
        RETURNING id, kind, lane, payload, claims, failures, laid_aside
    """  # noqa: S608 - of our own words


def _heads_of(kinds: frozenset[str] | None) -> str:
    """What stands behind FROM, with a parameter for each of these kinds.

    Materialized, because SQLite would otherwise walk through all that is due, in the order of time, to find these.
    """
    if kinds is None:
        return "lane_heads"
    places = ", ".join("?" * len(kinds))
    return f"""(
        WITH heads AS MATERIALIZED (SELECT id, due_at FROM lane_heads WHERE kind IN ({places})) SELECT * FROM heads
    ) AS heads"""  # noqa: S608 - of our own words


def _fields(cipher: FieldCipher, row: Row) -> Mapping[str, Any] | None:
    """None for what does not open or is no JSON object: one such row must not end the worker."""
    try:
        fields = fields_in(cipher, row)
    except (FieldUnreadable, ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _error(cipher: FieldCipher, row: Row) -> str:
    try:
        return error_in(cipher, row)
    except FieldUnreadable as error:
        return str(error)
