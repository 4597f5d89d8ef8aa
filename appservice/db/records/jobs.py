"""Jobs, as the use cases add them."""

from datetime import datetime

from appservice.db.columns import nullable, prefix_range, time_to_text, to_json
from appservice.db.transaction import Transaction
from bot.jobs import FailedItem, Job, encode
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


class SqlJobs:
    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction = transaction
        self._clock = clock
        self.added = False
        """Whether the worker has news to look at after the commit."""

    async def add(self, job: Job, *, at: datetime | None = None, once: bool = False) -> None:
        now = time_to_text(self._clock.now())
        due = nullable(time_to_text, at) or now
        kind, fields = encode(job)
        what = (kind, to_json(fields), job.lane)
        self.added = True
        if once:
            for equal in (_MOVE_FORWARD, _TAKE_UP_EARLIER):
                if await self._transaction.rows(equal, due, due, *what):
                    return
        await self._transaction.run(_ADD, *what, due, now)

    async def lay_aside(self, item: FailedItem, error: str, keep: int) -> None:
        now = time_to_text(self._clock.now())
        kind, fields = encode(item)
        await self._transaction.run(_LAY_ASIDE, kind, to_json(fields), item.lane, now, now, error)
        await self._transaction.run(_DROP_OLDEST, item.lane, item.lane, keep)

    async def wake(self, lanes: str) -> None:
        now = time_to_text(self._clock.now())
        self.added = True
        await self._transaction.run(
            "UPDATE jobs SET due_at = ? WHERE state = 'waiting' AND due_at > ?"
            " AND lane >= ? AND lane < ?",
            now,
            now,
            *prefix_range(lanes),
        )
        await self._transaction.run(
            "UPDATE jobs SET again_at = ? WHERE again_at > ? AND substr(lane, 1, length(?)) = ?",
            now,
            now,
            lanes,
            lanes,
        )
