"""What people take up of what there is for all."""

from datetime import datetime

from appservice.db.columns import time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.repositories.sql_attempts import attempt_from_row
from appservice.db.transaction import Transaction, Value
from bot.ids import UserId

_BYTES = """
    SELECT COALESCE(SUM(size), 0) AS found FROM (
        SELECT sealed.size FROM sealed JOIN offers ON offers.id = sealed.offer WHERE offers.seller = ?
        UNION ALL SELECT size FROM uploads WHERE seller = ?
    ) AS held
"""
_OFFERS = """
    SELECT COUNT(*) AS found FROM offers
    WHERE seller = ? AND created_at >= ? AND state NOT IN ('draft', 'discarded')
"""
_CHECKOUTS = """
    SELECT attempts.* FROM purchases JOIN attempts ON attempts.purchase = purchases.id
    WHERE buyer = ? AND attempts.state IN ('creating', 'open')
"""


class SqlUsage:
    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher

    async def bytes_of(self, seller: UserId) -> int:
        return await self._number(_BYTES, seller, seller)

    async def offers_of(self, seller: UserId, since: datetime) -> int:
        return await self._number(_OFFERS, seller, time_to_text(since))

    async def checkouts_of(self, buyer: UserId, now: datetime) -> int:
        rows = await self._transaction.rows(_CHECKOUTS, buyer)
        return sum(attempt_from_row(row, self._cipher).awaits_buyer(now) for row in rows)

    async def _number(self, sql: str, *values: Value) -> int:
        row = await self._transaction.row(sql, *values)
        return int(row["found"]) if row else 0
