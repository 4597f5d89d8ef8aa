"""An SQLite file."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from appservice.db.errors import no_database
from appservice.db.schema import SchemaState, Upgraded
from appservice.db.sqlite import schema, sqlite_table_copy
from appservice.db.sqlite.sqlite_connection import SqliteSession, connected
from appservice.db.sqlite.sqlite_snapshot import snapshot
from appservice.db.sqlite.sqlite_table_copy import SqliteTables


@dataclass(frozen=True, slots=True)
class SqliteEngine:
    path: Path

    @asynccontextmanager
    async def opened(self, *, alone: bool, create: bool) -> AsyncIterator[SqliteSession]:
        """`alone` is seen to by the folder of encryption keys, which lies beside it."""
        del alone
        async with connected(self.path, create=create) as connection:
            await schema.prepare(connection, self.path, create=create)
            yield SqliteSession(connection)

    async def state(self) -> SchemaState:
        if not self.path.exists():
            return SchemaState.EMPTY
        async with connected(self.path, create=False) as connection:
            return await schema.state_of(connection)

    def reading(self) -> AbstractAsyncContextManager[SqliteTables]:
        return sqlite_table_copy.reading(self.path)

    def writing(self) -> AbstractAsyncContextManager[SqliteTables]:
        return sqlite_table_copy.writing(self.path)

    async def save_to(self, file: Path) -> None:
        if await self.state() is SchemaState.EMPTY:
            raise no_database(self.path)
        await asyncio.to_thread(snapshot, self.path, file)

    async def restore_from(self, file: Path) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        await asyncio.to_thread(shutil.move, file, self.path)

    async def existing_data(self) -> str | None:
        if not self.path.is_file():
            return None
        return f"{self.path} is there already. Move it away first, with matrix-ppv stopped."

    async def durability_warning(self) -> str | None:
        return None

    async def upgrade(self, *, copy: bool) -> Upgraded:
        async with connected(self.path, create=True) as connection:
            return await schema.upgrade(connection, self.path, copy=copy)
