"""An SQLite file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from appservice.db.schema import SchemaState, Upgraded
from appservice.db.sqlite import schema
from appservice.db.sqlite.connection import SqliteSession, connected


@dataclass(frozen=True, slots=True)
class SqliteEngine:
    path: Path

    @asynccontextmanager
    async def opened(self, *, alone: bool) -> AsyncIterator[SqliteSession]:
        """`alone` is seen to by the folder of encryption keys, which lies beside it."""
        del alone
        async with connected(self.path) as connection:
            await schema.fill(connection)
            yield SqliteSession(connection)

    async def state(self) -> SchemaState:
        if not self.path.exists():
            return SchemaState.EMPTY
        async with connected(self.path) as connection:
            return await schema.state_of(connection)

    async def upgrade(self, *, copy: bool) -> Upgraded:
        async with connected(self.path) as connection:
            return await schema.upgrade(connection, self.path, copy=copy)
