"""Visits: one row for each kind, offer and purchase in a minute."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Transaction
from bot.domain.people.access_log import AccessKind, AccessLogEntry
from bot.ids import PurchaseId

_FORGET = """
    DELETE FROM access_log WHERE (offer, kind, purchase, minute) IN (
        SELECT offer, kind, purchase, minute FROM access_log WHERE accessed_at < ? ORDER BY accessed_at LIMIT ?
    ) RETURNING kind
"""


class SqlVisits:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def note(self, visit: AccessLogEntry) -> None:
        at = time_to_text(visit.at)
        await self._transaction.run(
            "INSERT INTO access_log (offer, kind, purchase, minute, accessed_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            visit.offer,
            visit.kind,
            visit.purchase or "",
            at[:16],
            at,
        )

    async def of(self, purchase: PurchaseId) -> tuple[AccessLogEntry, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM access_log WHERE purchase = ? AND purchase <> '' ORDER BY accessed_at, kind",
            purchase,
        )
        return tuple(
            AccessLogEntry(
                kind=AccessKind(row["kind"]),
                offer=row["offer"],
                purchase=row["purchase"],
                at=time_from_text(row["accessed_at"]),
            )
            for row in rows
        )

    async def forget(self, before: datetime, *, limit: int) -> int:
        return len(await self._transaction.rows(_FORGET, time_to_text(before), limit))
