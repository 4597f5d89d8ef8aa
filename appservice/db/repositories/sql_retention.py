"""What nobody needs any more, found and removed."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.sql_attempts import has_payable_attempt
from appservice.db.transaction import Transaction
from bot.ids import OfferId, PurchaseId
from bot.ports.repositories.retention_repositories import LinkBatch, LinkCursor

_IDLE = """
    SELECT id FROM offers WHERE state IN ('draft', 'discarded', 'withdrawn') AND id > ?
        AND NOT EXISTS (SELECT 1 FROM reports WHERE reports.offer = offers.id)
    ORDER BY id LIMIT ?
"""
_LINKS = """
    SELECT id, created_at,
        CASE WHEN given_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM payments WHERE payments.purchase = purchases.id)
        THEN 1 ELSE 0 END AS unused,
        CASE WHEN EXISTS (SELECT 1 FROM attempts WHERE attempts.purchase = purchases.id
            AND attempts.state IN ('creating', 'open', 'processing'))
        THEN 1 ELSE 0 END AS under_way
    FROM purchases WHERE (created_at, id) > (?, ?) AND created_at < ? ORDER BY created_at, id LIMIT ?
"""
_FORGET_HEARD = """
    DELETE FROM inbox WHERE (source, id) IN (
        SELECT source, id FROM inbox
        WHERE received_at < ? AND source IN ('transaction', 'event', 'encrypted', 'payment')
        ORDER BY received_at LIMIT ?
    ) RETURNING id
"""


class SqlLeftovers:
    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher

    async def idle(self, *, after: OfferId | None, limit: int) -> tuple[OfferId, ...]:
        rows = await self._transaction.rows(_IDLE, after or "", limit)
        return tuple(OfferId(row["id"]) for row in rows)

    async def remove(self, offer: OfferId) -> None:
        for row in await self._transaction.rows("SELECT id FROM purchases WHERE offer = ?", offer):
            await self._remove_purchase(str(row["id"]))
        await self._transaction.run("DELETE FROM visits WHERE offer = ?", offer)
        await self._transaction.run("DELETE FROM offers WHERE id = ?", offer)

    async def forget_links(
        self, before: datetime, *, now: datetime, after: LinkCursor | None = None, limit: int
    ) -> LinkBatch:
        at, last_id = (time_to_text(after.created_at), after.purchase) if after else ("", "")
        rows = await self._transaction.rows(_LINKS, at, last_id, time_to_text(before), limit)
        unused = [PurchaseId(row["id"]) for row in rows if row["unused"] and not row["under_way"]]
        for row in rows:
            id_ = PurchaseId(row["id"])
            if (
                row["unused"]
                and row["under_way"]
                and not await has_payable_attempt(self._transaction, self._cipher, id_, now)
            ):
                unused.append(id_)
        for each in unused:
            await self._remove_purchase(each)
        if len(rows) < limit:
            return LinkBatch(len(unused), None)
        last = rows[-1]
        return LinkBatch(
            len(unused), LinkCursor(time_from_text(last["created_at"]), PurchaseId(last["id"]))
        )

    async def forget_reporters(self, before: datetime) -> int:
        rows = await self._transaction.rows(
            "UPDATE reports SET reporter = NULL, name = '', email = ''"
            " WHERE decided_at < ? AND (reporter IS NOT NULL OR name <> '' OR email <> '') RETURNING id",
            time_to_text(before),
        )
        return len(rows)

    async def forget_heard(self, before: datetime, *, limit: int) -> int:
        return len(await self._transaction.rows(_FORGET_HEARD, time_to_text(before), limit))

    async def _remove_purchase(self, purchase: str) -> None:
        await self._transaction.run("DELETE FROM claims WHERE purchase = ?", purchase)
        await self._transaction.run("DELETE FROM attempts WHERE purchase = ?", purchase)
        await self._transaction.run(
            "DELETE FROM visits WHERE purchase = ? AND purchase <> ''", purchase
        )
        await self._transaction.run("DELETE FROM purchases WHERE id = ?", purchase)
