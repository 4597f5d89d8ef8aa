"""A PostgreSQL database."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appservice.db.copy_database import copy
from appservice.db.postgres import pg_table_copy, schema
from appservice.db.postgres.pg_connection import connected, place, setting
from appservice.db.postgres.pg_session import PostgresSession, connection_of
from appservice.db.postgres.pg_table_copy import PostgresTables
from appservice.db.schema import SchemaState, Upgraded
from appservice.db.sqlite.sqlite_engine import SqliteEngine

_MUST_BE_ON = ("fsync", "full_page_writes")


@dataclass(frozen=True, slots=True)
class PostgresEngine:
    url: str = field(repr=False)

    @asynccontextmanager
    async def opened(self, *, alone: bool, create: bool) -> AsyncIterator[PostgresSession]:
        connection = await connection_of(self.url, alone=alone, create=create)
        session = PostgresSession(self.url, connection, alone=alone)
        try:
            yield session
        finally:
            await session.close()

    async def state(self) -> SchemaState:
        async with connected(self.url) as connection:
            return await schema.state_of(connection)

    def reading(self) -> AbstractAsyncContextManager[PostgresTables]:
        return pg_table_copy.reading(self.url)

    def writing(self) -> AbstractAsyncContextManager[PostgresTables]:
        return pg_table_copy.writing(self.url)

    async def save_to(self, file: Path) -> None:
        await copy(self, SqliteEngine(file))

    async def restore_from(self, file: Path) -> None:
        await SqliteEngine(file).upgrade(copy=False)
        await copy(SqliteEngine(file), self)

    async def existing_data(self) -> str | None:
        async with connected(self.url) as connection:
            state = await schema.state_of(connection)
            if state is SchemaState.EMPTY:
                return None
            if state is SchemaState.HEAD and not await PostgresTables(connection).filled():
                return None
        return f"The database {place(self.url)} is not empty. Name an empty one in database.url."

    async def durability_warning(self) -> str | None:
        async with connected(self.url) as connection:
            risks = [name for name in _MUST_BE_ON if await setting(connection, name) == "off"]
        if not risks:
            return None
        return f"PostgreSQL is set to lose sales in a power cut: turn on {' and '.join(risks)}"

    async def upgrade(self, *, copy: bool) -> Upgraded:
        async with connected(self.url) as connection:
            return await schema.upgrade(connection, copy=copy)
