"""The job queue: jobs with the same lock run in order, one at a time."""

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
from bot.jobs import Job, current_name, stored_names
from bot.ports import Clock

_STATES = {"waiting": "waiting", "running": "running", "dead": "failed"}
LEASE = timedelta(minutes=5)
"""Duration of a claim. A job whose claim was not renewed in time can be claimed again."""

_RETRY_FAILED_DUE = """
    UPDATE jobs SET state = 'waiting', due_at = again_at, again_at = NULL, failures = 0
    WHERE again_at <= ? AND state = 'dead' AND NOT EXISTS (
        SELECT 1 FROM jobs AS other WHERE other.lane = jobs.lane AND other.state = 'running'
    )
"""
_DELETE_OLDEST_FAILED = """
    DELETE FROM jobs WHERE kind = ? AND state = 'dead' AND id <= (
        SELECT id FROM jobs WHERE kind = ? AND state = 'dead' ORDER BY id DESC LIMIT 1 OFFSET ?
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A job that this worker may run until the lease ends."""

    id: int
    kind: str
    fields: Mapping[str, Any] | None = field(repr=False)
    """None if they cannot be decrypted or parsed."""
    attempts: int
    """How often it was started, this time included."""
    unexpected_failures: int
    """How often it ended with an exception that is not a PpvError."""
    times_failed: int = 0
    """How often it was given up before."""
    former_kind: str | None = None
    """The name that an older version stored it under: its columns are bound to it."""

    @property
    def stored_kind(self) -> str:
        return self.former_kind or self.kind


class JobQueue:
    """Finished jobs are deleted. The outcome of an expired claim is ignored."""

    def __init__(self, database: Database, clock: Clock, key: RecordKey) -> None:
        self._database = database
        self._key = key
        self._clock = clock
        self.jobs_added = asyncio.Event()
        """Set when jobs were committed."""

    async def claim(self, now: datetime, *, only: frozenset[str] | None = None) -> Claimed | None:
        """Claim the job that has been due for longest, among the first of each lock and, with `only`, these kinds."""
        cipher = await self._key.cipher()
        kinds = nullable(stored_names, only)
        async with self._database.transaction() as transaction:
            await transaction.run(_RETRY_FAILED_DUE, time_to_text(now))
            row = await transaction.row(
                _claim(kinds),
                time_to_text(now + LEASE),
                *sorted(kinds or ()),
                time_to_text(now),
            )
        if row is None:
            return None
        return Claimed(
            id=row["id"],
            kind=current_name(row["kind"]),
            former_kind=row["kind"] if current_name(row["kind"]) != row["kind"] else None,
            fields=_fields(cipher, row),
            attempts=row["claims"],
            unexpected_failures=row["failures"],
            times_failed=row["laid_aside"],
        )

    async def renew(self, claimed: Claimed, now: datetime) -> None:
        """Extend the lease."""
        async with self._database.transaction() as transaction:
            await transaction.run(
                "UPDATE jobs SET due_at = ? WHERE id = ? AND claims = ? AND state = 'running'",
                time_to_text(now + LEASE),
                claimed.id,
                claimed.attempts,
            )

    async def done(self, claimed: Claimed) -> None:
        async with self._database.transaction() as transaction:
            await transaction.run(
                "DELETE FROM jobs WHERE id = ? AND claims = ? AND state = 'running'",
                claimed.id,
                claimed.attempts,
            )

    async def retry(
        self,
        claimed: Claimed,
        at: datetime,
        error: str,
        *,
        unexpected: bool = False,
        leave_lock: bool = False,
    ) -> None:
        """Run the job again from `at` on. Later jobs with its lock wait for it, unless `leave_lock` is set.

        `unexpected` counts towards `unexpected_failures`.
        """
        cipher = await self._key.cipher()
        async with self._database.transaction() as transaction:
            await transaction.run(
                "UPDATE jobs SET state = 'waiting', due_at = ?, last_error = ?, failures = failures + ?,"
                " lane = lane || ? WHERE id = ? AND claims = ? AND state = 'running'",
                time_to_text(at),
                encrypt_error(cipher, claimed.stored_kind, error),
                int(unexpected),
                f" job {claimed.id}" if leave_lock else "",
                claimed.id,
                claimed.attempts,
            )

    async def fail(
        self,
        claimed: Claimed,
        error: str,
        then: Job | None = None,
        *,
        retry_at: datetime | None = None,
        keep_newest: int | None = None,
    ) -> None:
        """Mark the job as failed, release its lock, and add the job `then`, in one transaction.

        Of the failed jobs of its kind, the newest `keep_newest` are kept; None keeps all. At `retry_at` the job is
        retried, in its old position; None leaves that to an operator.
        """
        cipher = await self._key.cipher()
        async with self._database.transaction() as transaction:
            row = await transaction.row(
                "UPDATE jobs SET state = 'dead', last_error = ?, again_at = ?, laid_aside = laid_aside + 1"
                " WHERE id = ? AND claims = ? AND state = 'running' RETURNING id",
                encrypt_error(cipher, claimed.stored_kind, error),
                nullable(time_to_text, retry_at),
                claimed.id,
                claimed.attempts,
            )
            if row is not None and keep_newest is not None:
                await transaction.run(
                    _DELETE_OLDEST_FAILED, claimed.stored_kind, claimed.stored_kind, keep_newest
                )
            if row is not None and then is not None:
                await SqlJobs(transaction, self._clock, cipher).add(then)
        self.jobs_added.set()

    async def recover(self, now: datetime) -> None:
        """Release the jobs that an earlier process was running. Call it at the start of the only worker."""
        async with self._database.transaction() as transaction:
            await transaction.run(
                "UPDATE jobs SET state = 'waiting', due_at = ? WHERE state = 'running'",
                time_to_text(now),
            )

    async def next_due(self, *, only: frozenset[str] | None = None) -> datetime | None:
        """Return when the next job, with `only` of these kinds, may be claimed."""
        kinds = nullable(stored_names, only)
        sql = f"SELECT due_at FROM {_runnable(kinds)} ORDER BY due_at, id LIMIT 1"  # noqa: S608 - of our own words
        async with self._database.transaction() as transaction:
            row = await transaction.row(sql, *sorted(kinds or ()))
        return time_from_text(row["due_at"]) if row else None

    async def stats(self) -> QueueStats:
        async with self._database.transaction() as transaction:
            rows = await transaction.rows(
                "SELECT state, COUNT(*) AS jobs, MIN(created_at) AS oldest FROM jobs GROUP BY state"
            )
        oldest = [time_from_text(row["oldest"]) for row in rows if row["state"] != "dead"]
        return QueueStats(
            **{_STATES[row["state"]]: row["jobs"] for row in rows},
            oldest_created_at=min(oldest, default=None),
        )

    async def failed_jobs(self) -> tuple[FailedJob, ...]:
        """Return the failed jobs, the oldest first."""
        cipher = await self._key.cipher()
        async with self._database.transaction() as transaction:
            rows = await transaction.rows("SELECT * FROM jobs WHERE state = 'dead' ORDER BY id")
        return tuple(
            FailedJob(
                id=row["id"],
                kind=current_name(row["kind"]),
                fields=_fields(cipher, row) or {},
                created_at=time_from_text(row["created_at"]),
                attempts=row["claims"],
                error=_error(cipher, row),
                retry_at=nullable(time_from_text, row["again_at"]),
            )
            for row in rows
        )

    async def retry_failed(self, job: int, now: datetime) -> bool:
        """Run a failed job again, in its old position. Return whether there was one."""
        async with self._database.transaction() as transaction:
            row = await transaction.row(
                "UPDATE jobs SET state = 'waiting', due_at = ?, again_at = NULL, failures = 0"
                " WHERE id = ? AND state = 'dead' RETURNING id",
                time_to_text(now),
                job,
            )
        self.jobs_added.set()
        return row is not None

    async def delete_failed(self, job: int) -> bool:
        """Delete a failed job. Return whether there was one."""
        async with self._database.transaction() as transaction:
            row = await transaction.row(
                "DELETE FROM jobs WHERE id = ? AND state = 'dead' RETURNING id", job
            )
        return row is not None


def _claim(kinds: frozenset[str] | None) -> str:
    return f"""
        UPDATE jobs SET state = 'running', claims = claims + 1, due_at = ?
        WHERE id = (SELECT id FROM {_runnable(kinds)} WHERE due_at <= ? ORDER BY due_at, id LIMIT 1)
        RETURNING id, kind, lane, payload, claims, failures, laid_aside
    """  # noqa: S608 - of our own words


def _runnable(kinds: frozenset[str] | None) -> str:
    """Return the table expression after FROM, with a parameter for each kind.

    MATERIALIZED, because SQLite would otherwise scan all due jobs in the order of time to find these kinds.
    """
    if kinds is None:
        return "lane_heads"
    parameters = ", ".join("?" * len(kinds))
    return f"""(
        WITH heads AS MATERIALIZED (SELECT id, due_at FROM lane_heads WHERE kind IN ({parameters})) SELECT * FROM heads
    ) AS heads"""  # noqa: S608 - of our own words


def _fields(cipher: FieldCipher, row: Row) -> Mapping[str, Any] | None:
    """Return None if the row cannot be decrypted or is no JSON object: one such row must not end the worker."""
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
