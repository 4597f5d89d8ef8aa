"""What nobody needs any more, found and removed."""

from datetime import datetime

from appservice.db.columns import time_to_text
from appservice.db.transaction import Transaction
from bot.ids import OfferId

_IDLE = """
    SELECT id FROM offers WHERE state IN ('draft', 'discarded', 'withdrawn') AND id > ?
        AND NOT EXISTS (SELECT 1 FROM reports WHERE reports.offer = offers.id)
    ORDER BY id LIMIT ?
"""
_UNUSED_LINKS = """
    SELECT id FROM purchases WHERE created_at < ? AND given_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM payments WHERE payments.purchase = purchases.id)
        AND NOT EXISTS (SELECT 1 FROM attempts WHERE attempts.purchase = purchases.id
            AND attempts.state IN ('creating', 'open', 'processing'))
"""


class SqlLeftovers:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def idle(self, *, after: OfferId | None, limit: int) -> tuple[OfferId, ...]:
        rows = await self._transaction.rows(_IDLE, after or "", limit)
        return tuple(OfferId(row["id"]) for row in rows)

    async def remove(self, offer: OfferId) -> None:
        for row in await self._transaction.rows("SELECT id FROM purchases WHERE offer = ?", offer):
            await self._remove_purchase(str(row["id"]))
        await self._transaction.run("DELETE FROM visits WHERE offer = ?", offer)
        await self._transaction.run("DELETE FROM offers WHERE id = ?", offer)

    async def forget_links(self, before: datetime) -> int:
        rows = await self._transaction.rows(_UNUSED_LINKS, time_to_text(before))
        for row in rows:
            await self._remove_purchase(str(row["id"]))
        return len(rows)

    async def forget_reporters(self, before: datetime) -> int:
        rows = await self._transaction.rows(
            "UPDATE reports SET reporter = NULL, name = '', email = ''"
            " WHERE decided_at < ? AND (reporter IS NOT NULL OR name <> '' OR email <> '') RETURNING id",
            time_to_text(before),
        )
        return len(rows)

    async def forget_heard(self, before: datetime) -> None:
        await self._transaction.run(
            "DELETE FROM inbox WHERE received_at < ?"
            " AND source IN ('transaction', 'event', 'encrypted', 'payment')",
            time_to_text(before),
        )

    async def _remove_purchase(self, purchase: str) -> None:
        for table in ("claims", "attempts", "visits"):
            await self._transaction.run(
                f"DELETE FROM {table} WHERE purchase = ?",  # noqa: S608 - of our own words
                purchase,
            )
        await self._transaction.run("DELETE FROM purchases WHERE id = ?", purchase)
