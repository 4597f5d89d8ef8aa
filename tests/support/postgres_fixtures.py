"""PostgreSQL for the tests: one cluster for all of a session's, and a database for each that wants one."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from appservice.db.engines import engine_at
from sandbox.postgres import Cluster

NewDatabase = Callable[[], str]
"""The address of a new one, at the newest version and empty."""

_TEMPLATE = "as_it_begins"


_WIPE = """
    DO $$ DECLARE name TEXT; BEGIN
        SET LOCAL session_replication_role = replica; -- past what guards the ledger
        FOR name IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'schema_versions'
        LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    END $$
"""


def wipe(cluster: Cluster, url: str) -> None:
    """All rows of a database: quicker than a new one."""
    cluster.run(_WIPE, database=url.rpartition("/")[2])


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """It may be killed and frozen, if it is well again when the test ends."""
    cluster = Cluster.boot()
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    async def fill() -> None:
        async with engine_at(cluster.create(_TEMPLATE)).opened(alone=False, create=True):
            pass

    asyncio.run(fill())
    return _TEMPLATE


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def new_database(cluster: Cluster, template: str, _numbers: Iterator[int]) -> Iterator[NewDatabase]:
    made: list[str] = []

    def new() -> str:
        made.append(f"test{next(_numbers)}")
        return cluster.create(made[-1], template=template)

    yield new
    for name in made:
        cluster.drop(name)
