"""The languages that people have chosen."""

from appservice.db.transaction import Transaction
from bot.ids import UserId


class SqlLanguages:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of(self, user: UserId) -> str | None:
        row = await self._transaction.row("SELECT code FROM languages WHERE user_id = ?", user)
        return str(row["code"]) if row else None

    async def save(self, user: UserId, code: str) -> None:
        await self._transaction.run(
            "INSERT INTO languages (user_id, code) VALUES (?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET code = excluded.code",
            user,
            code,
        )

    async def forget(self, user: UserId) -> None:
        await self._transaction.run("DELETE FROM languages WHERE user_id = ?", user)
