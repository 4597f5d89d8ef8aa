"""A session with PostgreSQL that comes back after the server went away.

One advisory lock stands for the right to write. It is taken with each transaction and goes with it, so units of
work see one another whole or not at all, as on SQLite; those of other processes too.
https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import psycopg
from psycopg.rows import DictRow

from appservice.db.errors import DatabaseUnusable
from appservice.db.group_commit.batched_session import Statement
from appservice.db.postgres import schema
from appservice.db.postgres.errors import classed
from appservice.db.postgres.instance_lock import BEGIN_WRITING, run_alone
from appservice.db.postgres.pg_connection import Connection, connect, place
from appservice.db.postgres.pg_dialect import to_psycopg
from appservice.db.schema import require_head
from appservice.db.transaction import Row
from bot.errors import TemporaryError

_PATIENCE = 40.0
"""Seconds for an answer. A server that takes longer has no clock of its own any more."""


class PostgresSession:
    def __init__(self, url: str, connection: Connection, *, alone: bool) -> None:
        self._url = url
        self._connection = connection
        self._alone = alone
        self._opening: tuple[Statement, ...] = ()
        """Of a transaction that has not begun yet."""

    async def begin(self) -> None:
        """Goes out with the first statements. If the server went away since the last time, it is asked again."""
        self._opening = BEGIN_WRITING

    async def run(self, statements: Sequence[Statement]) -> list[Row]:
        """Those behind one that fails do not run."""
        if not self._opening:
            return await self._run(statements)
        all_of_it, self._opening = (*self._opening, *statements), ()
        if self._connection.closed:
            await self._reconnect()
        try:
            return await self._run(all_of_it)
        except psycopg.Error:
            if not self._connection.closed:
                raise
            await self._reconnect()  # What was not begun here was not committed either.
            return await self._run(all_of_it)

    async def commit(self) -> None:
        if self._opening:
            self._opening = ()
            return
        async with self._answer_in_time():
            cursor = await self._connection.execute("COMMIT")
        if cursor.statusmessage != "COMMIT":  # PostgreSQL answers ROLLBACK, and calls it no error.
            raise psycopg.errors.InFailedSqlTransaction("the transaction was given up")

    async def rollback(self) -> None:
        self._opening = ()
        async with self._answer_in_time():
            await self._connection.execute("ROLLBACK")

    async def scrub(self) -> None:
        """Nothing: old rows and the log of changes are the server's (docs/postgresql.md)."""

    def classed(self, error: Exception) -> Exception:
        return classed(error)

    async def close(self) -> None:
        await self._connection.close()

    async def _run(self, statements: Sequence[Statement]) -> list[Row]:
        async with self._answer_in_time():
            cursor = await self._sent(statements)
            return list(await cursor.fetchall()) if cursor.description else []

    async def _sent(self, statements: Sequence[Statement]) -> psycopg.AsyncCursor[DictRow]:
        if len(statements) == 1:
            return await self._connection.execute(*to_psycopg(statements[0]))
        async with self._connection.pipeline():
            for each in statements:
                cursor = await self._connection.execute(*to_psycopg(each))
        return cursor

    async def _reconnect(self) -> None:
        """Raises TemporaryError."""
        with suppress(psycopg.Error):
            await self._connection.close()
        try:
            self._connection = await connection_of(self._url, alone=self._alone, create=False)
        except DatabaseUnusable as error:
            raise TemporaryError(f"database: {error}") from error

    @asynccontextmanager
    async def _answer_in_time(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_PATIENCE):
                yield
        except TimeoutError:
            await self._connection.close()
            raise TemporaryError(f"database: no answer within {_PATIENCE:.0f} seconds") from None


async def connection_of(url: str, *, alone: bool, create: bool) -> Connection:
    """Raises DatabaseUnusable; with `alone`, also where another matrix-ppv runs.

    An empty database is filled with `create`, and refused without.
    """
    connection = await connect(url)
    try:
        if alone:
            await run_alone(connection)
        if create:
            await schema.fill(connection)
        else:
            require_head(await schema.state_of(connection), place(url))
    except BaseException:
        await connection.close()
        raise
    return connection
