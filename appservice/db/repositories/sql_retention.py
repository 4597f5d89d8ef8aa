"""What nobody needs any more, found and removed."""

from datetime import datetime

from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.sql_attempts import has_payable_attempt
from appservice.db.transaction import Transaction
from bot.domain.retention_state import RetentionState
from bot.ids import OfferId, PurchaseId, UserId
from bot.ports.repositories.retention_repositories import LinkBatch, LinkCursor

_IDLE = """
    SELECT id FROM offers WHERE state IN ('draft', 'discarded', 'withdrawn') AND id > ?
        AND NOT EXISTS (SELECT 1 FROM abuse_reports WHERE abuse_reports.offer = offers.id)
    ORDER BY id LIMIT ?
"""
_SAVE_IDLE = """
    INSERT INTO idle_offers (offer_id, mark, idle_at, noticed_at) SELECT id, ?, ?, ? FROM offers WHERE id = ?
    ON CONFLICT (offer_id) DO UPDATE
    SET mark = excluded.mark, idle_at = excluded.idle_at, noticed_at = excluded.noticed_at
"""
_SAVE_NOTICE = """
    INSERT INTO removal_notices (offer_id, user_id) SELECT offer_id, ? FROM idle_offers WHERE offer_id = ?
    ON CONFLICT (offer_id, user_id) DO NOTHING
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

    async def idle_since(self, offer: OfferId) -> RetentionState | None:
        row = await self._transaction.row("SELECT * FROM idle_offers WHERE offer_id = ?", offer)
        if row is None:
            return None
        since = time_from_text(row["idle_at"])
        return RetentionState(row["mark"], since, nullable(time_from_text, row["noticed_at"]))

    async def save_idle(self, offer: OfferId, idle: RetentionState | None) -> None:
        before = await self.idle_since(offer)
        if before and (idle is None or not idle.continues(before)):
            # With it go the notices.
            await self._transaction.run("DELETE FROM idle_offers WHERE offer_id = ?", offer)
        if idle is not None:
            noticed_at = nullable(time_to_text, idle.notified_at)
            await self._transaction.run(
                _SAVE_IDLE, idle.fingerprint, time_to_text(idle.since), noticed_at, offer
            )

    async def was_noticed(self, offer: OfferId, user: UserId) -> bool:
        row = await self._transaction.row(
            "SELECT user_id FROM removal_notices WHERE offer_id = ? AND user_id = ?", offer, user
        )
        return row is not None

    async def record_notice(self, offer: OfferId, user: UserId) -> None:
        await self._transaction.run(_SAVE_NOTICE, user, offer)

    async def remove(self, offer: OfferId) -> None:
        for row in await self._transaction.rows("SELECT id FROM purchases WHERE offer = ?", offer):
            await self._remove_purchase(str(row["id"]))
        await self._transaction.run("DELETE FROM access_log WHERE offer = ?", offer)
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
            "UPDATE abuse_reports SET reporter_id = NULL, name = '', email = ''"
            " WHERE decided_at < ? AND (reporter_id IS NOT NULL OR name <> '' OR email <> '') RETURNING id",
            time_to_text(before),
        )
        return len(rows)

    async def forget_heard(self, before: datetime, *, limit: int) -> int:
        return len(await self._transaction.rows(_FORGET_HEARD, time_to_text(before), limit))

    async def _remove_purchase(self, purchase: str) -> None:
        await self._transaction.run("DELETE FROM download_sessions WHERE purchase = ?", purchase)
        await self._transaction.run("DELETE FROM attempts WHERE purchase = ?", purchase)
        await self._transaction.run(
            "DELETE FROM access_log WHERE purchase = ? AND purchase <> ''", purchase
        )
        await self._transaction.run("DELETE FROM purchases WHERE id = ?", purchase)
