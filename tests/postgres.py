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


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """It may be killed and frozen, if it is well again when the test ends."""
    cluster = Cluster.boot()
    yield cluster
    cluster.close()


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    async def fill() -> None:
        async with engine_at(cluster.create(_TEMPLATE)).opened(alone=False):
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
