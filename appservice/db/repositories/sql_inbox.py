"""What came in before."""

from appservice.db.columns import time_to_text
from appservice.db.transaction import Transaction
from bot.ports import Clock


class SqlInbox:
    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction = transaction
        self._clock = clock

    async def accept(self, source: str, id_: str) -> bool:
        row = await self._transaction.row(
            "INSERT INTO inbox (source, id, received_at) VALUES (?, ?, ?)"
            " ON CONFLICT (source, id) DO NOTHING RETURNING id",
            source,
            id_,
            time_to_text(self._clock.now()),
        )
        return row is not None
