"""Which key-encryption keys our content keys lie under."""

from collections.abc import Mapping

from appservice.db.transaction import Transaction
from bot.ids import KekId, OfferId


class SqlSealedKeys:
    """The questions that `SqlOffers` answers about the keys of all offers."""

    _transaction: Transaction

    async def kek_usage(self) -> Mapping[KekId, int]:
        rows = await self._transaction.rows(
            "SELECT kek, COUNT(*) AS number FROM"
            " (SELECT kek FROM sealed UNION ALL SELECT kek FROM uploads) AS held GROUP BY kek"
        )
        return {KekId(row["kek"]): row["number"] for row in rows}

    async def under_other_keks(
        self, kek: KekId, *, after: OfferId | None, limit: int
    ) -> tuple[OfferId, ...]:
        rows = await self._transaction.rows(
            "SELECT DISTINCT offer FROM sealed WHERE kek <> ? AND offer > ? ORDER BY offer LIMIT ?",
            kek,
            after or "",
            limit,
        )
        return tuple(OfferId(row["offer"]) for row in rows)
