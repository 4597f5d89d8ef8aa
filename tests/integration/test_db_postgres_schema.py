"""Which PostgreSQL databases are worked with, and what is said of the others."""

import asyncio
from collections.abc import Iterator

import pytest

from appservice.db.engines import engine_at
from appservice.db.errors import DatabaseUnusable
from appservice.db.postgres import pg_connection
from appservice.db.schema import SchemaState, Upgraded, migrations
from appservice.db.store import open_store
from bot.errors import OperatorError
from sandbox.postgres import Cluster
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT
from tests.support.postgres_fixtures import NewDatabase
from tests.support.schema_versions import FAULTY, NEXT, open_and_save, with_next_version


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    return new_database()


@pytest.fixture
def bare(cluster: Cluster) -> Iterator[str]:
    """Without a schema, of an owner who is nobody else."""
    cluster.run("CREATE ROLE owner LOGIN PASSWORD 'sesame-open'")
    cluster.create("bare", clause="OWNER owner")
    yield (
        cluster.url("bare").replace("//ppv:", "//owner:").replace(_password(cluster), "sesame-open")
    )
    cluster.drop("bare")
    cluster.run("DROP ROLE owner")


def _password(cluster: Cluster) -> str:
    return cluster.url().split(":")[2].partition("@")[0]


def name(url: str) -> str:
    return url.rpartition("/")[2]


async def state(url: str) -> SchemaState:
    return await engine_at(url).state()


async def test_an_empty_database_is_filled_once_by_its_owner(bare: str) -> None:
    assert await state(bare) is SchemaState.EMPTY
    await asyncio.gather(*(open_and_save(bare) for _ in range(4)))
    assert await state(bare) is SchemaState.HEAD


async def test_an_older_database_waits_for_its_upgrade_and_that_for_a_copy(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_and_save(url)
    with_next_version(monkeypatch, NEXT)
    assert await state(url) is SchemaState.BEHIND
    with pytest.raises(DatabaseUnusable, match="matrix-ppv db upgrade"):
        await open_and_save(url)
    with pytest.raises(DatabaseUnusable, match=rf"pg_dump .* {name(url)}\n.*\n.*--no-copy"):
        await engine_at(url).upgrade(copy=True)
    assert await state(url) is SchemaState.BEHIND
    newest = len(migrations()) + 1
    assert await engine_at(url).upgrade(copy=False) == Upgraded(newest, None)
    assert await state(url) is SchemaState.HEAD
    assert await engine_at(url).upgrade(copy=True) == Upgraded(newest, None)
    await open_and_save(url)


async def test_two_upgrades_at_once_are_one(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with_next_version(monkeypatch, NEXT)
    upgrades = [engine_at(url).upgrade(copy=False) for _ in range(2)]
    one, other = await asyncio.gather(*upgrades)
    assert one == other


async def test_no_upgrade_while_it_runs(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pg_connection.SESSION, "lock_timeout", "100ms")
    async with open_store(url, FrozenClock(), VAULT, alone=True):
        with pytest.raises(DatabaseUnusable, match="Another matrix-ppv is running"):
            await engine_at(url).upgrade(copy=False)


async def test_a_failed_upgrade_leaves_everything_as_it_was(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_and_save(url)
    with monkeypatch.context() as faulty:
        with_next_version(faulty, FAULTY)
        with pytest.raises(OperatorError, match="nowhere"):
            await engine_at(url).upgrade(copy=False)
        assert await state(url) is SchemaState.BEHIND
    await open_and_save(url)


async def test_a_newer_database_is_refused(url: str, cluster: Cluster) -> None:
    cluster.run("INSERT INTO schema_versions (version) VALUES (9999)", database=name(url))
    assert await state(url) is SchemaState.NEWER
    for act in (open_and_save(url), engine_at(url).upgrade(copy=False)):
        with pytest.raises(DatabaseUnusable, match="newer version of matrix-ppv"):
            await act


async def test_a_database_of_another_program_is_refused(bare: str, cluster: Cluster) -> None:
    cluster.run("CREATE TABLE recipes (name TEXT)", database="bare")
    assert await state(bare) is SchemaState.FOREIGN
    with pytest.raises(DatabaseUnusable, match="another program"):
        await open_and_save(bare)


async def test_who_may_make_no_tables_is_told_what_to_do(bare: str, cluster: Cluster) -> None:
    cluster.run("ALTER DATABASE bare OWNER TO ppv")
    with pytest.raises(DatabaseUnusable, match="ALTER DATABASE bare OWNER TO owner"):
        await open_and_save(bare)
    cluster.run("ALTER DATABASE bare OWNER TO owner")
    await open_and_save(bare)


async def test_a_database_in_another_encoding_is_refused(cluster: Cluster) -> None:
    clause = "ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'"
    url = cluster.create("ascii", template="template0", clause=clause)
    with pytest.raises(DatabaseUnusable, match="ENCODING 'UTF8'"):
        await open_and_save(url)
    cluster.drop("ascii")


async def test_a_server_that_waits_for_no_disk_is_made_to(url: str, cluster: Cluster) -> None:
    cluster.run(f"ALTER DATABASE {name(url)} SET synchronous_commit = off")
    async with open_store(url, FrozenClock(), VAULT) as store, store.begin() as uow:
        row = await uow.inbox._transaction.row("SHOW synchronous_commit")
    assert row
    assert row["synchronous_commit"] == "on"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda url: url.replace("//ppv:", "//ppv:wrong-"), "“test.*” at 127.0.0.1:.*password authentication failed"),
        (lambda url: url + "_not", "does not exist"),
        (lambda url: url.replace("127.0.0.1", "nowhere.invalid"), "cannot be reached"),
        (lambda url: url + "?no_such=1", "no address of PostgreSQL"),
    ],
    ids=["password", "database", "host", "parameter"],
)  # fmt: skip
async def test_what_cannot_be_reached_is_named_without_its_password(
    url: str, cluster: Cluster, change: type, words: str
) -> None:
    with pytest.raises(DatabaseUnusable, match=words) as raised:
        await open_and_save(change(url))
    assert _password(cluster) not in f"{raised.value} {engine_at(url)}"
