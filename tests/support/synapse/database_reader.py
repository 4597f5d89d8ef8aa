"""A database whose connection can be looked at and tampered with."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosqlite

from appservice.db.group_commit.batched_database import Database
from appservice.db.sqlite import schema
from appservice.db.sqlite.sqlite_connection import SqliteSession, connected


@dataclass
class Opened:
    path: Path
    connection: aiosqlite.Connection
    database: Database
    commits: list[str] = field(default_factory=list)

    async def note(self, name: str, *, size: int = 1) -> None:
        async with self.database.transaction() as transaction:
            await transaction.run(
                "INSERT INTO media_cache (name, url) VALUES (?, ?)", name, "x" * size
            )

    async def run(self, *statements: str) -> None:
        """In one unit of work."""
        async with self.database.transaction() as transaction:
            for statement in statements:
                await transaction.run(statement)

    def noted(self) -> set[str]:
        """What is committed, as another connection sees it."""
        with closing(sqlite3.connect(self.path)) as reader:
            return {row[0] for row in reader.execute("SELECT name FROM media_cache")}

    async def pragma(self, pragma: str) -> Any:
        rows = await self.connection.execute_fetchall(f"PRAGMA {pragma}")
        return next(row[0] for row in rows)


@asynccontextmanager
async def opened_at(path: Path) -> AsyncIterator[Opened]:
    async with connected(path, create=True) as connection:
        await schema.fill(connection)
        opened = Opened(path, connection, Database(SqliteSession(connection)))
        await connection.set_trace_callback(
            lambda sql: opened.commits.append(sql) if sql == "COMMIT" else None
        )
        yield opened
