"""What the program notes down for itself."""

from dataclasses import dataclass

from appservice.db.database import SqliteDatabase


@dataclass(frozen=True, slots=True)
class Notes:
    database: SqliteDatabase

    async def read(self, name: str) -> str | None:
        async with self.database.transaction() as transaction:
            row = await transaction.row("SELECT value FROM notes WHERE name = ?", name)
        return str(row["value"]) if row else None

    async def write(self, name: str, value: str) -> None:
        async with self.database.transaction() as transaction:
            await transaction.run(
                "INSERT INTO notes (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name,
                value,
            )
