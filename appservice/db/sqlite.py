"""An SQLite connection of aiosqlite's, and statements that cross over to its thread together."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

import aiosqlite

from appservice.db.errors import DatabaseUnusable
from appservice.db.transaction import Row, Value

Statement = tuple[str, tuple[Value, ...]]
Outcome = list[Row] | BaseException

_BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""


async def connect(path: Path) -> aiosqlite.Connection:
    """Open the file, or make it, readable by its owner only. Raises DatabaseUnusable, saying why.

    WAL with synchronous=FULL: what is committed survives a power cut (https://www.sqlite.org/wal.html).
    """
    try:
        path.touch(mode=0o600)
        # We begin transactions ourselves. But when SQLite has given one up (https://www.sqlite.org/lang_transaction.html,
        # section 4.1), the writes sent along behind must not commit one by one: this opens one for them.
        connection = await aiosqlite.connect(
            path, timeout=_BUSY_TIMEOUT, isolation_level="IMMEDIATE"
        )
        await _set_up(connection)
    except FileNotFoundError as error:
        raise DatabaseUnusable(
            f"The folder {path.absolute().parent} for the database is not there."
            " Create it, or change database.url."
        ) from error
    except (OSError, aiosqlite.Error) as error:
        raise DatabaseUnusable(
            f"The database {path.absolute()} cannot be opened: {error}"
        ) from error
    return connection


async def outcomes(
    connection: aiosqlite.Connection, statements: Iterable[Statement]
) -> list[Outcome]:
    """What each statement returned or raised. Those behind one that fails run nevertheless."""
    sent = (connection.execute_fetchall(sql, values) for sql, values in statements)
    return [
        each if isinstance(each, BaseException) else list(each)
        for each in await asyncio.gather(*sent, return_exceptions=True)
    ]


def first_error(of: Iterable[Outcome]) -> BaseException | None:
    return next((each for each in of if isinstance(each, BaseException)), None)


async def _set_up(connection: aiosqlite.Connection) -> None:
    connection.row_factory = aiosqlite.Row
    try:
        await connection.execute_fetchall("PRAGMA journal_mode = WAL")
        await connection.execute_fetchall("PRAGMA synchronous = FULL")
        await connection.execute_fetchall("PRAGMA foreign_keys = ON")
        # Keys that are cleared are overwritten, not just let go.
        await connection.execute_fetchall("PRAGMA secure_delete = ON")
    except BaseException:
        await connection.close()
        raise
