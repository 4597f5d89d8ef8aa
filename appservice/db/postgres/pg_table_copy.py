"""A PostgreSQL database as tables full of rows."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Identifier, Literal

from appservice.db import schema as versions
from appservice.db.columns import storable
from appservice.db.errors import DatabaseUnusable
from appservice.db.postgres import schema
from appservice.db.postgres.errors import classed
from appservice.db.postgres.instance_lock import run_alone
from appservice.db.postgres.pg_connection import Connection, connected, place
from appservice.db.schema import SchemaState
from appservice.db.table_copy import VERSIONS, Values

_AT_A_TIME = 500
_UNHURRIED = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
_NAMES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY oid
"""
_COLUMNS = """
    SELECT column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s ORDER BY ordinal_position
"""
_COUNTERS = """
    SELECT table_name, pg_get_serial_sequence(table_name, column_name) AS counter
    FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES'
"""


@dataclass(frozen=True, slots=True)
class PostgresTables:
    connection: Connection

    async def names(self) -> tuple[str, ...]:
        return tuple(name for (name,) in await self._ask(_NAMES))

    async def columns(self, table: str) -> tuple[str, ...]:
        return tuple(name for (name,) in await self._ask(_COLUMNS, table))

    async def count(self, table: str) -> int:
        ((number,),) = await self._ask(SQL("SELECT COUNT(*) FROM {}").format(Identifier(table)))
        return int(number)

    async def filled(self) -> bool:
        """Whether there is any row of ours."""
        counts = [await self.count(name) for name in await self.names() if name != VERSIONS]
        return any(counts)

    async def rows(self, table: str, columns: Sequence[str]) -> AsyncIterator[list[Values]]:
        async with self.connection.cursor("rows", row_factory=tuple_row) as cursor:
            await cursor.execute(
                SQL("SELECT {} FROM {}").format(_listed(columns), Identifier(table))
            )
            while some := await cursor.fetchmany(_AT_A_TIME):
                yield some

    async def counters(self) -> Mapping[str, int]:
        counters: dict[str, int] = {}
        for table, counter in await self._ask(_COUNTERS):
            name = Identifier(*counter.split("."))
            ((number, given),) = await self._ask(
                SQL("SELECT last_value, is_called FROM {}").format(name)
            )
            counters[table] = number if given else 0
        return counters

    async def add(self, table: str, columns: Sequence[str], rows: Sequence[Values]) -> None:
        sql = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), _listed(columns))
        async with self.connection.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                await copy.write_row([storable(value) for value in row])

    async def count_on(self, counters: Mapping[str, int]) -> None:
        for table, counter in await self._ask(_COUNTERS):
            if number := counters.get(table):
                await self._ask(
                    SQL("SELECT setval({}, {})").format(Literal(counter), Literal(number))
                )

    async def _ask(self, sql: Any, *values: str) -> list[tuple[Any, ...]]:
        async with self.connection.cursor(row_factory=tuple_row) as cursor:
            await cursor.execute(sql, values)
            return await cursor.fetchall()


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[PostgresTables]:
    """Raises DatabaseUnusable for one that is not at the newest version."""
    async with connected(url) as connection:
        versions.require_head(await schema.state_of(connection), place(url))
        try:
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            await connection.execute(_UNHURRIED)
            yield PostgresTables(connection)
        except psycopg.Error as error:
            raise classed(error) from error


@asynccontextmanager
async def writing(url: str) -> AsyncIterator[PostgresTables]:
    """Kept once the block has ended well. Raises DatabaseUnusable for one that holds anything, or is in use."""
    async with connected(url) as connection:
        await run_alone(connection)
        async with schema.alone(connection):
            await connection.execute(_UNHURRIED)
            if await schema.state_of(connection) is SchemaState.EMPTY:
                await schema.apply(connection, 0)
            tables = PostgresTables(connection)
            await _require_empty(tables, url)
            yield tables
            await connection.execute("ANALYZE")


async def _require_empty(tables: PostgresTables, url: str) -> None:
    versions.require_usable(await schema.state_of(tables.connection))
    if await tables.filled():
        raise DatabaseUnusable(
            f"The database {place(url)} is not empty, and nothing is replaced. Make a new one for this."
        )


def _listed(columns: Sequence[str]) -> Any:
    return SQL(", ").join(map(Identifier, columns))
