"""An SQLite database for asyncio: one unit of work at a time, and as few commits as durability allows.

A statement takes microseconds, less than handing it to another thread, so it runs right here. Only what
may take long happens elsewhere: a commit, which waits for the disk, on a thread of its own. Those who
come meanwhile queue up and share the next commit.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

from appservice.db import schema
from appservice.db.errors import classed
from appservice.db.sqlite import Group, SqliteSession
from appservice.db.transaction import Row, Transaction, Value

_BUSY_TIMEOUT = 5.0
"""Seconds to wait for another process that is writing."""
_BUSY_PAUSE = 0.01


class SqliteTransaction:
    def __init__(self, session: SqliteSession) -> None:
        self._session = session

    async def run(self, sql: str, *values: Value) -> None:
        self._session.execute(sql, values)

    async def rows(self, sql: str, *values: Value) -> list[Row]:
        return self._session.execute(sql, values)

    async def row(self, sql: str, *values: Value) -> Row | None:
        return next(iter(self._session.execute(sql, values)), None)


class SqliteDatabase:
    def __init__(self, session: SqliteSession, disk: ThreadPoolExecutor) -> None:
        self._session = session
        self._disk = disk
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Committed and on the disk when the block has ended; undone when it raises.

        Raises Transient when the database is locked, full or out of reach, Broken when it refuses.
        Whoever is cancelled while it commits does not learn how that went.
        """
        async with self._turn:
            try:
                group = self._session.group or await self._open_group()
                self._session.begin()
                yield SqliteTransaction(self._session)
                self._session.release()
            except BaseException as error:
                self._session.undo()
                await self._settle(self._session.group)  # Those before have no other to rely on.
                if isinstance(error, sqlite3.Error):
                    raise classed(error) from error
                raise
        async with self._turn:  # Those who have queued up go first, and share the commit.
            await self._settle(group)
        if group.failure is not None:
            raise classed(group.failure) from group.failure

    async def close(self) -> None:
        """Once those who have finished are committed. Nobody gets a turn after that."""
        async with self._turn:
            await self._settle(self._session.group)
            self._session.close()

    async def _open_group(self) -> Group:
        deadline = asyncio.get_running_loop().time() + _BUSY_TIMEOUT
        while True:
            try:
                return self._session.open_group()
            except sqlite3.OperationalError as error:
                busy = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
                if not busy or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(_BUSY_PAUSE)

    async def _settle(self, group: Group | None) -> None:
        """Ends with the group settled, even when it is cancelled; it raises CancelledError after that."""
        if group is None or group.settled:
            return
        commit = asyncio.get_running_loop().run_in_executor(self._disk, self._session.commit)
        cancelled: asyncio.CancelledError | None = None
        while not commit.done():
            try:
                await asyncio.wait([commit])
            except asyncio.CancelledError as error:
                cancelled = error
        commit.result()
        if cancelled is not None:
            raise cancelled


@asynccontextmanager
async def open_database(path: Path) -> AsyncIterator[SqliteDatabase]:
    """Raises DatabaseUnusable when the file cannot be opened, or is of another version than the code."""
    connection = schema.open_at_head(path)
    connection.execute("PRAGMA busy_timeout = 0")  # From here on it is asyncio that waits.
    session = SqliteSession(connection)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite-commit") as disk:
        opened = SqliteDatabase(session, disk)
        try:
            yield opened
        finally:
            await opened.close()
