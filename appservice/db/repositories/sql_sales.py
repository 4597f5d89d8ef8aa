"""Purchases, by other things than what they are."""

from datetime import UTC, datetime

from appservice.db.columns import time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.sql_duplicates import TWINS, twin_from_row
from appservice.db.repositories.sql_offer_texts import text_in
from appservice.db.repositories.sql_purchase_rows import load_purchase
from appservice.db.transaction import Transaction, Value
from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer_stats import FunnelDay, OfferStats
from bot.domain.purchases.purchase import Purchase
from bot.ids import OfferId, SaleCode, UserId

_FIGURES = """
    SELECT id, text,
        (SELECT COUNT(*) FROM access_log
            WHERE access_log.offer = offers.id AND kind IN ('offer page', 'personal page')) AS opens,
        (SELECT COUNT(session) FROM purchases JOIN attempts ON attempts.purchase = purchases.id
            WHERE purchases.offer = offers.id) AS checkouts,
        (SELECT COUNT(*) FROM purchases JOIN payments ON payments.purchase = purchases.id
            WHERE purchases.offer = offers.id AND duplicate = 0) AS paid,
        (SELECT COUNT(DISTINCT purchase) FROM purchases JOIN deliveries ON deliveries.purchase = purchases.id
            WHERE purchases.offer = offers.id AND done_at IS NOT NULL) AS delivered
    FROM offers WHERE seller = ? AND state IN ('open', 'withdrawn', 'taken_down') ORDER BY created_at DESC, id
"""
_HAD_ALREADY = f"""
    {TWINS}
    JOIN purchases ON purchases.offer = theirs.offer AND purchases.buyer = ?
        AND (given_at IS NOT NULL OR EXISTS (SELECT 1 FROM payments WHERE payments.purchase = purchases.id))
    WHERE mine.offer = ? ORDER BY own.position, purchases.created_at, purchases.id
"""  # noqa: S608 - of our own words
_PASSAGES = """
    SELECT bucket, currency, COUNT(*) AS opened, SUM(checkout) AS checkouts, SUM(paid) AS paid,
        SUM(paid * handed) AS delivered
    FROM (
        SELECT substr(COALESCE(opened_at, created_at), 1, 15)
            || CASE WHEN substr(COALESCE(opened_at, created_at), 16, 1) < '5' THEN '0' ELSE '5' END AS bucket,
            currency, checkout, paid, handed
        FROM (
            SELECT purchases.created_at,
                (SELECT MIN(accessed_at) FROM access_log WHERE access_log.purchase = purchases.id
                    AND access_log.purchase <> '' AND kind = 'personal page') AS opened_at,
                COALESCE(
                    (SELECT MIN(payments.currency) FROM payments WHERE payments.purchase = purchases.id),
                    offers.currency) AS currency,
                CASE WHEN EXISTS (SELECT 1 FROM attempts
                    WHERE attempts.purchase = purchases.id AND session IS NOT NULL) THEN 1 ELSE 0 END AS checkout,
                CASE WHEN EXISTS (SELECT 1 FROM payments
                    WHERE payments.purchase = purchases.id AND duplicate = 0) THEN 1 ELSE 0 END AS paid,
                CASE WHEN EXISTS (SELECT 1 FROM deliveries
                    WHERE deliveries.purchase = purchases.id AND done_at IS NOT NULL) THEN 1 ELSE 0 END AS handed
            FROM purchases JOIN offers ON offers.id = purchases.offer WHERE offers.seller = ?
        ) AS steps
        WHERE COALESCE(opened_at, created_at) >= ? AND (opened_at IS NOT NULL OR checkout = 1)
            AND currency IS NOT NULL
    ) AS buckets
    GROUP BY bucket, currency ORDER BY bucket, currency
"""

_HAD_SINCE = """COALESCE((SELECT MAX(paid_at) FROM payments
    WHERE payments.purchase = purchases.id AND duplicate = 0), given_at)"""


class SqlSales:
    """The questions that `SqlPurchases` answers about many purchases."""

    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher

    async def by_code(self, code: SaleCode) -> Purchase | None:
        beginning = f"p{code.removeprefix('S-').replace('-', '').lower()}"
        found = await self._all("WHERE id >= ? AND id < ?", beginning, f"{beginning}~")
        return found[0] if len(found) == 1 else None

    async def of(self, offer: OfferId) -> tuple[Purchase, ...]:
        return await self._all("WHERE offer = ? ORDER BY id", offer)

    async def figures(self, seller: UserId) -> tuple[OfferStats, ...]:
        rows = await self._transaction.rows(_FIGURES, seller)
        return tuple(
            OfferStats(
                offer=row["id"],
                text=text_in(self._cipher, row),
                page_views=row["opens"],
                checkouts=row["checkouts"],
                paid=row["paid"],
                delivered=row["delivered"],
            )
            for row in rows
        )

    async def passages(self, seller: UserId, since: datetime) -> tuple[FunnelDay, ...]:
        rows = await self._transaction.rows(_PASSAGES, seller, time_to_text(since))
        return tuple(
            FunnelDay(
                at=datetime.fromisoformat(row["bucket"]).replace(tzinfo=UTC),
                currency=row["currency"],
                page_views=row["opened"],
                checkouts=row["checkouts"],
                paid=row["paid"],
                delivered=row["delivered"],
            )
            for row in rows
        )

    async def had_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        return await self._all(
            f"WHERE buyer = ? AND {_HAD_SINCE} IS NOT NULL ORDER BY {_HAD_SINCE} DESC, id", buyer
        )

    async def had_already(self, offer: OfferId, buyer: UserId) -> tuple[DuplicateFile, ...]:
        rows = await self._transaction.rows(_HAD_ALREADY, buyer, offer)
        return tuple(twin_from_row(self._cipher, row) for row in rows)

    async def claimed_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        return await self._all("WHERE buyer = ? ORDER BY id", buyer)

    async def in_checkout(self, offer: OfferId) -> tuple[Purchase, ...]:
        return await self._all(
            "WHERE offer = ? AND id IN (SELECT purchase FROM attempts WHERE state = 'open') ORDER BY id",
            offer,
        )

    async def undelivered(self) -> tuple[Purchase, ...]:
        found = await self._all(
            "WHERE id IN (SELECT purchase FROM deliveries WHERE done_at IS NULL) AND NOT EXISTS"
            " (SELECT 1 FROM offers WHERE offers.id = purchases.offer AND state = 'taken_down') ORDER BY id"
        )
        return tuple(each for each in found if each.has_access and not each.delivered)

    async def _all(self, where: str, *values: Value) -> tuple[Purchase, ...]:
        rows = await self._transaction.rows(
            f"SELECT purchases.* FROM purchases {where}",  # noqa: S608 - of our own words
            *values,
        )
        return tuple([await load_purchase(self._transaction, self._cipher, row) for row in rows])
