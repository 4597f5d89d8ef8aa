"""A session with an SQLite file by aiosqlite: statements cross over to its thread together."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import aiosqlite

from appservice.db.errors import DatabaseUnusable, no_database
from appservice.db.group_commit.batched_session import Statement
from appservice.db.group_commit.shield import shield_to_completion
from appservice.db.sqlite.errors import classed
from appservice.db.transaction import Row

_BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""


@asynccontextmanager
async def connected(path: Path, *, create: bool) -> AsyncIterator[aiosqlite.Connection]:
    """Open the file; with `create` make a missing one, readable by its owner only. Raises DatabaseUnusable.

    WAL with synchronous=FULL: what is committed survives a power cut (https://www.sqlite.org/wal.html).
    """
    with _explained(path):
        if create:
            await asyncio.to_thread(path.touch, mode=0o600)
        elif not await asyncio.to_thread(path.is_file):
            raise no_database(path)
        # Transactions are begun by hand. But when SQLite gives one up, the writes that crossed over behind
        # must not commit one by one: this opens another for them, which is then rolled back.
        connection = await aiosqlite.connect(
            f"file:{quote(str(path))}?mode=rw",
            uri=True,
            timeout=_BUSY_TIMEOUT,
            isolation_level="IMMEDIATE",
        )
    try:
        # The mode stays in the file. Without `create` the file is only read, to see whether it is a database.
        first = "PRAGMA journal_mode = WAL" if create else "PRAGMA schema_version"
        with _explained(path):
            await connection.execute_fetchall(first)
        await connection.execute_fetchall("PRAGMA synchronous = FULL")
        await connection.execute_fetchall("PRAGMA foreign_keys = ON")
        # A key that is cleared is to be gone from the file.
        await connection.execute_fetchall("PRAGMA secure_delete = ON")
        connection.row_factory = aiosqlite.Row
        yield connection
    finally:
        await shield_to_completion(connection.close())


@dataclass(frozen=True, slots=True)
class SqliteSession:
    connection: aiosqlite.Connection

    async def begin(self) -> None:
        # A deferred transaction that turns to writing fails, or worse, when others have written.
        await self.connection.execute_fetchall("BEGIN IMMEDIATE")

    async def run(self, statements: Sequence[Statement]) -> list[Row]:
        """All of them run, even behind one that fails; its error is raised then."""
        sent = (self.connection.execute_fetchall(sql, values) for sql, values in statements)
        rows: list[Row] = []
        for result in await asyncio.gather(*sent, return_exceptions=True):
            if isinstance(result, BaseException):
                raise result
            rows = list(result)
        return rows

    async def commit(self) -> None:
        await self.connection.execute_fetchall("COMMIT")

    async def rollback(self) -> None:
        await self.connection.rollback()

    async def scrub(self) -> None:
        """Empty the write-ahead log: frames with what was deleted since stay in it otherwise.

        While somebody else reads, it waits for the next time. https://www.sqlite.org/pragma.html#pragma_wal_checkpoint
        """
        await self.connection.execute_fetchall("PRAGMA busy_timeout = 0")
        try:
            await self.connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            milliseconds = round(_BUSY_TIMEOUT * 1000)
            await self.connection.execute_fetchall(f"PRAGMA busy_timeout = {milliseconds}")

    def classed(self, error: Exception) -> Exception:
        return classed(error)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise DatabaseUnusable(
            f"The folder {path.absolute().parent} for the database is not there."
            " Create it, or change database.url."
        ) from error
    except (OSError, aiosqlite.Error) as error:
        raise DatabaseUnusable(
            f"The database {path.absolute()} cannot be opened: {error}"
        ) from error
