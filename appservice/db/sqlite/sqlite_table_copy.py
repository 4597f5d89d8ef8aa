"""An SQLite file as tables full of rows."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiosqlite

from appservice.db import schema as versions
from appservice.db.errors import DatabaseUnusable, no_database
from appservice.db.sqlite import schema
from appservice.db.sqlite.errors import classed
from appservice.db.sqlite.sqlite_connection import connected
from appservice.db.table_copy import Values

_AT_A_TIME = 500
_NAMES = """
    SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY rowid
"""


@dataclass(frozen=True, slots=True)
class SqliteTables:
    connection: aiosqlite.Connection

    async def names(self) -> tuple[str, ...]:
        return tuple(row["name"] for row in await self.connection.execute_fetchall(_NAMES))

    async def columns(self, table: str) -> tuple[str, ...]:
        rows = await self.connection.execute_fetchall(f"PRAGMA table_info({table})")
        return tuple(row["name"] for row in rows)

    async def count(self, table: str) -> int:
        (row,) = await self.connection.execute_fetchall(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a name of ours
        return int(row[0])

    async def rows(self, table: str, columns: Sequence[str]) -> AsyncIterator[list[Values]]:
        sql = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608
        async with self.connection.execute(sql) as cursor:
            while some := await cursor.fetchmany(_AT_A_TIME):
                yield [tuple(row) for row in some]

    async def counters(self) -> Mapping[str, int]:
        rows = await self.connection.execute_fetchall("SELECT name, seq FROM sqlite_sequence")
        return {row["name"]: row["seq"] for row in rows}

    async def add(self, table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
        places = ", ".join("?" * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
        await self.connection.executemany(sql, rows)

    async def count_on(self, counters: Mapping[str, int]) -> None:
        for table, number in counters.items():
            await self.connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            await self.connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number)
            )


@asynccontextmanager
async def reading(path: Path) -> AsyncIterator[SqliteTables]:
    """Raises DatabaseUnusable for a file that is not there, or not at the newest version."""
    if not await asyncio.to_thread(path.exists):
        raise no_database(path)
    async with connected(path, create=False) as connection:
        versions.require_head(await schema.state_of(connection), path)
        try:
            await connection.execute("BEGIN")
            yield SqliteTables(connection)
        except aiosqlite.Error as error:
            raise classed(error) from error
        finally:
            await connection.rollback()


@asynccontextmanager
async def writing(path: Path) -> AsyncIterator[SqliteTables]:
    """A file that is there once the block has ended well. Raises DatabaseUnusable where one is already."""
    if await asyncio.to_thread(path.exists):
        raise DatabaseUnusable(
            f"{path} is there already, and nothing is replaced. Move it away first."
        )
    partial = path.with_name(f"{path.name}.partial")
    _remove(partial)
    try:
        async with connected(partial, create=True) as connection:
            await schema.fill(connection)
            await connection.execute("BEGIN IMMEDIATE")
            yield SqliteTables(connection)
            await connection.commit()
        partial.replace(path)
    except aiosqlite.Error as error:
        raise classed(error) from error
    finally:
        _remove(partial)


def _remove(partial: Path) -> None:
    for file in partial.parent.glob(f"{partial.name}*"):
        file.unlink()
