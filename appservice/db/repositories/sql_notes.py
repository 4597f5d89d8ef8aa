"""What the program notes down for itself."""

from dataclasses import dataclass

from appservice.db.group_commit.batched_database import Database
from appservice.db.repositories.key_value import SqlBookmarks


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
