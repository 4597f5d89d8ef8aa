"""Copies of ours in the homeserver's media repository."""

from appservice.db.transaction import Transaction
from bot.ids import MxcUri


class SqlMediaCopies:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of(self, name: str) -> MxcUri | None:
        row = await self._transaction.row("SELECT url FROM media_cache WHERE name = ?", name)
        return MxcUri(row["url"]) if row else None

    async def save(self, name: str, url: MxcUri) -> None:
        await self._transaction.run(
            "INSERT INTO media_cache (name, url) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET url = excluded.url",
            name,
            url,
        )
