"""A PostgreSQL database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from appservice.db.postgres import schema
from appservice.db.postgres.connection import connected
from appservice.db.postgres.session import PostgresSession, connection_of
from appservice.db.schema import SchemaState, Upgraded


@dataclass(frozen=True, slots=True)
class PostgresEngine:
    url: str = field(repr=False)

    @asynccontextmanager
    async def opened(self, *, alone: bool) -> AsyncIterator[PostgresSession]:
        connection = await connection_of(self.url, alone=alone)
        session = PostgresSession(self.url, connection, alone=alone)
        try:
            yield session
        finally:
            await session.close()

    async def state(self) -> SchemaState:
        async with connected(self.url) as connection:
            return await schema.state_of(connection)

    async def upgrade(self, *, copy: bool) -> Upgraded:
        async with connected(self.url) as connection:
            return await schema.upgrade(connection, copy=copy)
