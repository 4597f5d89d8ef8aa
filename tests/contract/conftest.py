"""What the contract is held against.

Stores: in memory, in an SQLite file, in PostgreSQL. Homeservers: the fake one and Synapse.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from appservice.db.group_commit.batched_session import Statement
from appservice.db.sqlite.sqlite_connection import SqliteSession
from appservice.db.store import SqlStore, open_store
from appservice.db.transaction import Row
from bot.ports import UnitOfWork
from sandbox.synapse import Synapse
from tests.support.frozen_clock import FrozenClock
from tests.support.matrix_environments.fake_environment import FakeEnvironment
from tests.support.matrix_environments.matrix_environment import MatrixEnvironment
from tests.support.matrix_environments.synapse_environment import People, SynapseEnvironment
from tests.support.memory.memory_store import MemoryStore
from tests.support.memory.memory_vault import VAULT
from tests.support.postgres_fixtures import NewDatabase, wipe
from tests.support.query_plans import unlisted_scans
from tests.support.table_rows import OF_A_TEST

AnyStore = SqlStore | MemoryStore
NewStore = Callable[[], AbstractAsyncContextManager[AnyStore]]


class Mishap(Exception):
    """Something that goes wrong in the middle."""


async def mishap_after(store: AnyStore, change: Callable[[UnitOfWork], Awaitable[object]]) -> None:
    """A unit of work that raises Mishap when all is done but the commit."""
    async with store.begin() as uow:
        await change(uow)
        raise Mishap


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path, clock: FrozenClock) -> NewStore:
    """Opens an empty one each time."""
    files = count()

    @asynccontextmanager
    async def in_memory() -> AsyncIterator[AnyStore]:
        yield MemoryStore(clock)

    def in_file() -> AbstractAsyncContextManager[AnyStore]:
        return open_store(f"sqlite:///{tmp_path}/{next(files)}.db", clock, VAULT)

    if request.param == "postgres":
        new_database: NewDatabase = request.getfixturevalue("new_database")
        url = new_database()

        def in_postgres() -> AbstractAsyncContextManager[AnyStore]:
            if next(files):
                wipe(request.getfixturevalue("cluster"), url)
            return open_store(url, clock, VAULT)

        return in_postgres
    return in_memory if request.param == "memory" else in_file


@pytest.fixture(autouse=True)
def no_unlisted_scan(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fail a test that sends SQLite a statement which walks through a table, unless it is listed."""
    sent: set[str] = set()
    run = SqliteSession.run

    async def recorded(self: SqliteSession, statements: Sequence[Statement]) -> list[Row]:
        sent.update(sql for sql, _ in statements if OF_A_TEST not in sql)
        return await run(self, statements)

    monkeypatch.setattr(SqliteSession, "run", recorded)
    yield
    assert not unlisted_scans(sent)


@pytest.fixture
async def store(new_store: NewStore) -> AsyncIterator[AnyStore]:
    async with new_store() as opened:
        yield opened


@pytest.fixture(scope="session")
def people(synapse: Synapse) -> People:
    return asyncio.run(People.register(synapse))


@pytest.fixture(params=["fake", "synapse"])
def new_environment(
    request: pytest.FixtureRequest,
) -> Callable[[], AbstractAsyncContextManager[MatrixEnvironment]]:
    if request.param == "fake":
        return lambda: nullcontext(FakeEnvironment())
    people: People = request.getfixturevalue("people")
    registration: dict[str, Any] = request.getfixturevalue("registration")
    return lambda: SynapseEnvironment.open(people, registration)


@pytest.fixture
async def environment(
    new_environment: Callable[[], AbstractAsyncContextManager[MatrixEnvironment]],
) -> AsyncIterator[MatrixEnvironment]:
    async with new_environment() as opened:
        yield opened
