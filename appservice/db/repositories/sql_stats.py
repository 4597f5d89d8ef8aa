"""What stands in the records, counted for the operator."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Row, Transaction
from bot.jobs import current_name

_JOBS = "SELECT kind, state, COUNT(*) AS number, MIN(created_at) AS oldest FROM jobs GROUP BY kind, state"
_DUE = "SELECT due_at FROM lane_heads WHERE state = 'waiting' ORDER BY due_at, id LIMIT 1"
_CHECKOUTS = "SELECT state AS what, COUNT(session) AS number FROM attempts GROUP BY state"
_MOVEMENTS = "SELECT movement AS what, COUNT(*) AS number FROM ledger GROUP BY movement"
_DELIVERED = "SELECT COUNT(*) AS number FROM deliveries WHERE done_at IS NOT NULL"
_UNDELIVERED = "SELECT COUNT(*) AS number FROM deliveries WHERE done_at IS NULL"
_SEALED = "SELECT SUM(size) AS number FROM sealed"
_HANDED_OVER = """
    SELECT done_at, paid_at FROM deliveries JOIN payments ON payment_intent = payment
    WHERE done_at IS NOT NULL AND done_at > ? ORDER BY done_at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseStats:
    """The records at one moment."""

    jobs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """By kind and state."""
    oldest_job: datetime | None = None
    """When the oldest job came that is not done, the dead left out."""
    due_since: datetime | None = None
    """Since when, or from when on, the next job may run."""
    checkouts: Mapping[str, int] = field(default_factory=dict)
    """Those that the processor has made, by state."""
    movements: Mapping[str, int] = field(default_factory=dict)
    """Of money, by kind."""
    delivered: int = 0
    undelivered: int = 0
    sealed_bytes: int = 0
    """Ciphertext that we hold the keys to."""


@dataclass(frozen=True, slots=True)
class DeliveryLatency:
    """A payment whose goods have been handed over."""

    at: datetime
    paid_at: datetime

    @property
    def took(self) -> timedelta:
        return self.at - self.paid_at


async def read_stats(transaction: Transaction) -> DatabaseStats:
    jobs = await transaction.rows(_JOBS)
    due = await transaction.row(_DUE)
    alive = [time_from_text(row["oldest"]) for row in jobs if row["state"] != "dead"]
    return DatabaseStats(
        jobs=_by_current_name(jobs),
        oldest_job=min(alive, default=None),
        due_since=time_from_text(due["due_at"]) if due else None,
        checkouts=await _counted(transaction, _CHECKOUTS),
        movements=await _counted(transaction, _MOVEMENTS),
        delivered=await _number(transaction, _DELIVERED),
        undelivered=await _number(transaction, _UNDELIVERED),
        sealed_bytes=await _number(transaction, _SEALED),
    )


async def delivery_latencies(
    transaction: Transaction, after: datetime
) -> tuple[DeliveryLatency, ...]:
    """The earliest first."""
    rows = await transaction.rows(_HANDED_OVER, time_to_text(after))
    return tuple(
        DeliveryLatency(time_from_text(row["done_at"]), time_from_text(row["paid_at"]))
        for row in rows
    )


def _by_current_name(rows: Sequence[Row]) -> Counter[tuple[str, str]]:
    jobs: Counter[tuple[str, str]] = Counter()
    for row in rows:
        jobs[current_name(row["kind"]), row["state"]] += row["number"]
    return jobs


async def _number(transaction: Transaction, sql: str) -> int:
    row = await transaction.row(sql)
    return (row["number"] if row else None) or 0


async def _counted(transaction: Transaction, sql: str) -> dict[str, int]:
    return {row["what"]: row["number"] for row in await transaction.rows(sql)}
