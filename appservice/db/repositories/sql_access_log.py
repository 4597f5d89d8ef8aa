"""Visits: one row for each kind, offer and purchase in a minute."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Transaction
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.ids import PurchaseId

_FORGET = """
    DELETE FROM visits WHERE (offer, what, purchase, minute) IN (
        SELECT offer, what, purchase, minute FROM visits WHERE visited_at < ? ORDER BY visited_at LIMIT ?
    ) RETURNING what
"""


class SqlVisits:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def note(self, visit: AccessLogEntry) -> None:
        at = time_to_text(visit.at)
        await self._transaction.run(
            "INSERT INTO visits (offer, what, purchase, minute, visited_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            visit.offer,
            visit.kind,
            visit.purchase or "",
            at[:16],
            at,
        )

    async def of(self, purchase: PurchaseId) -> tuple[AccessLogEntry, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM visits WHERE purchase = ? AND purchase <> '' ORDER BY visited_at, what",
            purchase,
        )
        return tuple(
            AccessLogEntry(
                kind=AccessKind(row["what"]),
                offer=row["offer"],
                purchase=row["purchase"],
                at=time_from_text(row["visited_at"]),
            )
            for row in rows
        )

    async def forget(self, before: datetime, *, limit: int) -> int:
        return len(await self._transaction.rows(_FORGET, time_to_text(before), limit))
