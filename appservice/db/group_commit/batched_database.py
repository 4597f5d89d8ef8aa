"""A database for asyncio: one unit of work at a time, and as few commits as durability allows.

Crossing over to the engine and back takes longer than most statements, and a commit, which waits for the
disk, takes longer than anything. So statements cross over together, and commits are shared.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from appservice.db.columns import storable
from appservice.db.group_commit.batched_session import Session, Statement
from appservice.db.group_commit.commit_batch import CommitBatch
from appservice.db.group_commit.shield import shield_to_completion
from appservice.db.transaction import Row, Transaction, Value
from bot.errors import OperatorError


class BatchedTransaction:
    """One unit of work. What returns nothing is kept back, and goes out with the next that returns something.

    The first error dooms all of it, for statements that crossed over behind the one that failed have run.
    """

    def __init__(self, group: CommitBatch) -> None:
        self._group = group
        self._kept: list[Statement] = []
        self._begun = False
        self._failure: Exception | None = None

    async def run(self, sql: str, *values: Value) -> None:
        self._kept.append((sql, tuple(map(storable, values))))

    async def rows(self, sql: str, *values: Value) -> list[Row]:
        await self.run(sql, *values)
        return await shield_to_completion(self._send())

    async def row(self, sql: str, *values: Value) -> Row | None:
        return next(iter(await self.rows(sql, *values)), None)

    async def finish(self) -> None:
        """Raises the first error, even one that was caught before."""
        if self._kept or self._failure:
            await shield_to_completion(self._send())

    async def undo(self) -> None:
        if self._begun:
            await self._group.undo(self._failure)

    async def _send(self) -> list[Row]:
        if self._failure is not None:
            raise self._failure
        statements, self._kept = self._kept, []
        first, self._begun = not self._begun, True
        try:
            return await self._group.send(statements, first=first)
        except Exception as error:
            self._failure = error
            raise


class Database:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._turn = asyncio.Lock()
        self._group: CommitBatch | None = None
        """The one that is not settled yet."""
        self._closed = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Committed and on the disk when the block has ended; undone when it raises.

        Raises TemporaryError when the database is locked, full or out of reach, OperatorError when it refuses.
        Whoever is cancelled while it commits does not learn how that went.
        """
        async with self._turn:
            unit = None
            try:
                group = await self._present_group()
                unit = BatchedTransaction(group)
                yield unit
                await unit.finish()
            except BaseException as error:
                await shield_to_completion(self._abandon(unit))
                told = self._told(error)
                if told is not error:
                    raise told from error
                raise
        async with self._turn:  # Those who have queued up go first, and share the commit.
            if self._group is group:
                await shield_to_completion(self._settle())
        if group.failure is not None:
            raise self._told(group.failure) from group.failure

    async def scrub(self) -> None:
        """Remove what was deleted from the engine's log of changes, where that can be done. Raises like above."""
        async with self._turn:
            await shield_to_completion(self._settle())
            if self._closed:
                return
            try:
                await shield_to_completion(self._session.scrub())
            except Exception as error:
                raise self._told(error) from error

    async def close(self) -> None:
        """Once those who have finished are committed. Nobody gets a turn after that."""
        async with self._turn:
            self._closed = True
            await shield_to_completion(self._settle())

    def _told(self, error: BaseException) -> BaseException:
        return self._session.classed(error) if isinstance(error, Exception) else error

    async def _present_group(self) -> CommitBatch:
        if self._group is None:
            return await shield_to_completion(self._open_group())
        return self._group

    async def _open_group(self) -> CommitBatch:
        if self._closed:
            raise OperatorError("the database is closed")
        group = CommitBatch(self._session)
        await group.begin()
        self._group = group
        return group

    async def _abandon(self, unit: BatchedTransaction | None) -> None:
        if unit is not None:
            await unit.undo()
        await self._settle()  # Those who have finished before have nobody else to rely on.

    async def _settle(self) -> None:
        if self._group is not None:
            await self._group.commit()
            self._group = None
