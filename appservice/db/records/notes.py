"""What the program notes down for itself."""

from dataclasses import dataclass

from appservice.db.records.bookmarks import SqlBookmarks
from appservice.db.turns.database import Database


@dataclass(frozen=True, slots=True)
class Notes:
    """Each in a unit of work of its own."""

    database: Database

    async def read(self, name: str) -> str | None:
        async with self.database.transaction() as transaction:
            return await SqlBookmarks(transaction).get(name)

    async def write(self, name: str, value: str) -> None:
        async with self.database.transaction() as transaction:
            await SqlBookmarks(transaction).set(name, value)
