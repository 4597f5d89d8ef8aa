"""Whom admins keep out."""

from appservice.db.transaction import Transaction
from bot.ids import UserId


class SqlBlocks:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def has(self, user: UserId) -> bool:
        found = await self._transaction.row("SELECT 1 FROM blocks WHERE user_id = ?", user)
        return found is not None

    async def set(self, user: UserId) -> None:
        await self._transaction.run(
            "INSERT INTO blocks (user_id) VALUES (?) ON CONFLICT DO NOTHING", user
        )

    async def lift(self, user: UserId) -> None:
        await self._transaction.run("DELETE FROM blocks WHERE user_id = ?", user)

    async def all(self) -> tuple[UserId, ...]:
        rows = await self._transaction.rows("SELECT user_id FROM blocks ORDER BY user_id")
        return tuple(UserId(row["user_id"]) for row in rows)
