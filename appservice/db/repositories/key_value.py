"""How far something was read, among what the program notes down for itself."""

from appservice.db.columns import prefix_range
from appservice.db.transaction import Transaction
from bot.ids import UserId


class SqlBookmarks:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, name: str) -> str | None:
        row = await self._transaction.row("SELECT value FROM notes WHERE name = ?", name)
        return str(row["value"]) if row else None

    async def set(self, name: str, where: str) -> None:
        await self._transaction.run(
            "INSERT INTO notes (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            where,
        )

    async def drop(self, beginning: str) -> None:
        await self._transaction.run(
            "DELETE FROM notes WHERE name = ? OR (name >= ? AND name < ?)",
            beginning,
            *prefix_range(f"{beginning} "),
        )

    async def forget(self, user: UserId) -> None:
        await self._transaction.run(
            "DELETE FROM notes WHERE substr(name, length(name) - length(?) + 1) = ?",
            f": {user}",
            f": {user}",
        )
