"""Jobs, as the use cases add them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from appservice.db.columns import from_json, nullable, prefix_range, time_to_text, to_json
from appservice.db.field_cipher import FieldCipher
from appservice.db.transaction import Row, Transaction
from bot.jobs import Job, encode
from bot.jobs.inbound_jobs import FailedItem
from bot.ports import Clock

_ADD = """
    INSERT INTO jobs (kind, payload, lane, state, due_at, created_at) VALUES (?, ?, ?, 'waiting', ?, ?)
"""
_MOVE_FORWARD = """
    UPDATE jobs SET due_at = CASE WHEN due_at < ? THEN due_at ELSE ? END
    WHERE kind = ? AND payload = ? AND lane = ? AND state = 'waiting' RETURNING id
"""
_TAKE_UP_EARLIER = """
    UPDATE jobs SET again_at = CASE WHEN again_at < ? THEN again_at ELSE ? END
    WHERE kind = ? AND payload = ? AND lane = ? AND again_at IS NOT NULL RETURNING id
"""
_LAY_ASIDE = """
    INSERT INTO jobs (kind, payload, lane, state, due_at, created_at, last_error)
    VALUES (?, ?, ?, 'dead', ?, ?, ?)
"""
_DROP_OLDEST = """
    DELETE FROM jobs WHERE lane = ? AND state = 'dead' AND id <= (
        SELECT id FROM jobs WHERE lane = ? AND state = 'dead' ORDER BY id DESC LIMIT 1 OFFSET ?
    )
"""


def encrypt_fields(cipher: FieldCipher, kind: str, fields: Mapping[str, Any]) -> str:
    """Bound to the kind alone, because a job may release its lock, and has no id before it is stored."""
    return cipher.encrypt(to_json(fields), "jobs.payload", kind)


def fields_in(cipher: FieldCipher, row: Row) -> Any:
    """From a row with `kind` and `payload`. Raises FieldUnreadable."""
    return from_json(cipher.decrypt(row["payload"], "jobs.payload", row["kind"]))


def encrypt_error(cipher: FieldCipher, kind: str, error: str) -> str:
    return cipher.encrypt(error, "jobs.last_error", kind)


def error_in(cipher: FieldCipher, row: Row) -> str:
    """From a row with `kind` and `last_error`. Raises FieldUnreadable."""
    return cipher.decrypt(row["last_error"], "jobs.last_error", row["kind"])


class SqlJobs:
    def __init__(self, transaction: Transaction, clock: Clock, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher
        self._clock = clock
        self.added = False
        """Whether the worker has news to look at after the commit."""

    async def add(
        self, job: Job, *, at: datetime | None = None, queueing_lock: bool = False
    ) -> None:
        now = time_to_text(self._clock.now())
        due = nullable(time_to_text, at) or now
        kind, fields = encode(job)
        what = (kind, encrypt_fields(self._cipher, kind, fields), job.lock)
        self.added = True
        if queueing_lock:
            for equal in (_MOVE_FORWARD, _TAKE_UP_EARLIER):
                if await self._transaction.rows(equal, due, due, *what):
                    return
        await self._transaction.run(_ADD, *what, due, now)

    async def lay_aside(self, item: FailedItem, error: str, keep: int) -> None:
        now = time_to_text(self._clock.now())
        kind, fields = encode(item)
        payload = encrypt_fields(self._cipher, kind, fields)
        words = encrypt_error(self._cipher, kind, error)
        await self._transaction.run(_LAY_ASIDE, kind, payload, item.lock, now, now, words)
        await self._transaction.run(_DROP_OLDEST, item.lock, item.lock, keep)

    async def wake(self, prefix: str) -> None:
        now = time_to_text(self._clock.now())
        self.added = True
        await self._transaction.run(
            "UPDATE jobs SET due_at = ? WHERE state = 'waiting' AND due_at > ?"
            " AND lane >= ? AND lane < ?",
            now,
            now,
            *prefix_range(prefix),
        )
        await self._transaction.run(
            "UPDATE jobs SET again_at = ? WHERE again_at > ? AND substr(lane, 1, length(?)) = ?",
            now,
            now,
            prefix,
            prefix,
        )
