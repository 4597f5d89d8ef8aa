"""Units of work that share a commit: one transaction of SQLite's, with a savepoint for each of them.

Crossing over to SQLite's thread and back takes longer than most statements. So whatever need not be
waited for goes out together with the next statement that is.
"""

from collections.abc import Sequence

import aiosqlite

from appservice.db.columns import storable
from appservice.db.ending import to_the_end
from appservice.db.sqlite import Outcome, Statement, first_error, outcomes
from appservice.db.transaction import Row, Value

_SAVEPOINT: Statement = ("SAVEPOINT unit_of_work", ())
_ROLL_BACK: Statement = ("ROLLBACK TO unit_of_work", ())
_RELEASE: Statement = ("RELEASE unit_of_work", ())


class Group:
    """Begun with the first unit of work, settled by a commit or, for all of them, by a failure."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._savepoint = False
        self.settled = False
        self.failure: BaseException | None = None

    async def begin(self) -> None:
        """Raises sqlite3.OperationalError when another process keeps writing."""
        # A deferred transaction that turns to writing fails, or worse, when others have written.
        await self._connection.execute_fetchall("BEGIN IMMEDIATE")

    async def send_first(self, statements: Sequence[Statement]) -> list[Outcome]:
        """Those that a unit of work begins with. The one before has left its savepoint to be released."""
        opening = [_RELEASE, _SAVEPOINT] if self._savepoint else [_SAVEPOINT]
        self._savepoint = True
        return await self.send([*opening, *statements])

    async def send(self, statements: Sequence[Statement]) -> list[Outcome]:
        return await outcomes(self._connection, statements)

    async def undo(self, cause: BaseException) -> None:
        """Forget the last unit of work. Where SQLite has given up the whole transaction, all fail."""
        self._savepoint = False
        undone = first_error(await self.send([_ROLL_BACK, _RELEASE])) is None
        # Without a transaction around it, a savepoint opens and ends one of its own.
        if not undone or not self._connection.in_transaction:
            await self._give_up(cause)

    async def commit(self) -> None:
        """Waits for the disk. How it went is written here."""
        if self.settled:
            return
        error = first_error(await self.send([("COMMIT", ())]))
        if error is not None:
            await self._give_up(error)
        self.settled = True

    async def _give_up(self, cause: BaseException) -> None:
        await self.send([("ROLLBACK", ())])
        self.failure = cause
        self.settled = True


class SqliteTransaction:
    """One unit of work. Its first error is its last word: the statements behind it are undone with it."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._unsent: list[Statement] = []
        self._begun = False
        self._failure: BaseException | None = None

    async def run(self, sql: str, *values: Value) -> None:
        self._unsent.append((sql, tuple(map(storable, values))))

    async def rows(self, sql: str, *values: Value) -> list[Row]:
        await self.run(sql, *values)
        return await to_the_end(self._send())

    async def row(self, sql: str, *values: Value) -> Row | None:
        return next(iter(await self.rows(sql, *values)), None)

    async def finish(self) -> None:
        """Send what has not gone out. Raises the first error of the unit of work, even if it was caught."""
        await to_the_end(self._send())

    async def undo(self, cause: BaseException) -> None:
        if self._begun:
            await self._group.undo(self._failure or cause)

    async def _send(self) -> list[Row]:
        if self._failure is None and self._unsent:
            ...
        return []
