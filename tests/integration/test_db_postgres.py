"""The store on a real PostgreSQL: many tasks, several processes, cancellation, and a server that goes away."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import pytest

from appservice.db.engines import engine_at
from appservice.db.errors import DatabaseUnusable
from appservice.db.postgres import pg_connection, pg_session
from appservice.db.postgres.instance_lock import BEGIN_WRITING
from appservice.db.store import SqlStore, open_store
from bot.errors import OperatorError, TemporaryError
from bot.ids import MxcUri
from sandbox.postgres import Cluster
from tests.support.cancellation import cancel_after, note_and_cancel_some
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT
from tests.support.postgres_fixtures import NewDatabase
from tests.support.synapse.statement_counter import accept, count, increment

_WRITING = BEGIN_WRITING[1][0]


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    return new_database()


@pytest.fixture
def ask(cluster: Cluster, url: str) -> Callable[[str], list[tuple[object, ...]]]:
    return lambda sql: cluster.run(sql, database=url.rpartition("/")[2])


Ask = Callable[[str], list[tuple[object, ...]]]


def transactions(ask: Ask) -> int:
    """That others have open."""
    ((number,),) = ask(
        "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database()"
        " AND state LIKE 'idle in transaction%'"
    )
    assert isinstance(number, int)
    return number


def accepted(ask: Ask) -> set[object]:
    return {row[0] for row in ask("SELECT id FROM inbox")}


async def test_forty_increments_at_once_lose_none(url: str) -> None:
    async with (
        open_store(url, FrozenClock(), VAULT) as one,
        open_store(url, FrozenClock(), VAULT) as other,
    ):
        await asyncio.gather(*(increment(store) for store in (one, other) for _ in range(20)))
        assert await count(one) == await count(other) == 40


async def test_whoever_is_told_of_success_is_kept_whatever_is_cancelled(url: str, ask: Ask) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store:
        told = await note_and_cancel_some(partial(accept, store), 100)
        assert told
        assert told <= accepted(ask)
        assert await accept(store, "and on it goes")


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55])
async def test_a_cancellation_at_any_step_leaves_no_transaction_behind(
    url: str, ask: Ask, steps: int
) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store:
        cancelled = await cancel_after(steps, accept(store, "cancelled"))
        assert transactions(ask) == 0
        assert await accept(store, "next")
        if not cancelled:
            assert "cancelled" in accepted(ask)


async def test_one_that_fails_takes_nobody_along(url: str, ask: Ask) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store:

        async def note_twice(name: str, again: str) -> None:
            async with store.begin() as uow:
                for each in (name, again):
                    await uow.media_copies._transaction.run(
                        "INSERT INTO media_cache (name, url) VALUES (?, '')", each
                    )

        pairs = [(f"first {n}", "same" if n % 3 else f"second {n}") for n in range(30)]
        fates = await asyncio.gather(*(note_twice(*p) for p in pairs), return_exceptions=True)
        told = [pair for pair, fate in zip(pairs, fates, strict=True) if fate is None]
        assert len(told) == 10 + 1
        assert {type(fate) for fate in fates if fate} == {OperatorError}
        assert {row[0] for row in ask("SELECT name FROM media_cache")} == {
            name for pair in told for name in pair
        }


async def test_an_error_tells_nothing_of_what_is_in_the_rows(url: str) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store:
        await accept(store, "@secret:test")

        async def again() -> None:
            async with store.begin() as uow:
                await uow.inbox._transaction.run(
                    "INSERT INTO inbox VALUES ('matrix', '@secret:test', '')"
                )

        with pytest.raises(OperatorError, match="duplicate key") as raised:
            await again()
    assert "@secret" not in str(raised.value)


async def test_another_writer_is_waited_for_but_not_for_ever(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pg_connection.SESSION, "lock_timeout", "100ms")
    async with (
        open_store(url, FrozenClock(), VAULT) as store,
        pg_connection.connected(url) as other,
    ):
        await other.execute("BEGIN")
        await other.execute(_WRITING.encode())
        with pytest.raises(TemporaryError, match="lock timeout"):
            await accept(store, "impatient")
        waiting = asyncio.create_task(accept(store, "patient"))
        await asyncio.wait([waiting], timeout=0.03)
        assert not waiting.done()
        await other.execute("COMMIT")
        assert await waiting
        assert await accept(store, "impatient")


async def test_one_runs_at_a_time_and_commands_beside_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pg_connection.SESSION, "lock_timeout", "100ms")
    async with open_store(url, FrozenClock(), VAULT, alone=True) as running:
        with pytest.raises(DatabaseUnusable, match="Another matrix-ppv is running"):
            await _opened(url, alone=True)
        async with open_store(url, FrozenClock(), VAULT) as command:
            assert await accept(command, "one")
        assert not await accept(running, "one")
    await _opened(url, alone=True)


_WAITS_INSIDE = """
import asyncio, sys
from appservice.clock import SystemClock
from appservice.db.store import open_store
from tests.support.memory.memory_vault import VAULT

async def wait(url):
    async with open_store(url, SystemClock(), VAULT, alone=True) as store:
        async with store.begin() as uow:
            await uow.inbox.accept("matrix", "committed")
        async with store.begin() as uow:
            await uow.inbox.accept("matrix", "in the middle")
            print("inside", flush=True)
            await asyncio.Event().wait()

asyncio.run(wait(sys.argv[1]))
"""


async def test_a_kill_in_the_middle_loses_only_what_was_not_committed_and_frees_the_way(
    url: str,
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _WAITS_INSIDE, url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"inside\n"
    process.kill()
    await process.communicate()
    async with open_store(url, FrozenClock(), VAULT, alone=True) as store:
        assert not await accept(store, "committed")
        assert await accept(store, "in the middle")


async def test_a_restart_of_the_server_between_two_units_of_work_is_not_noticed(
    url: str, cluster: Cluster
) -> None:
    async with open_store(url, FrozenClock(), VAULT, alone=True) as store:
        assert await accept(store, "before")
        await asyncio.to_thread(cluster.kill)
        await asyncio.to_thread(cluster.start)
        assert not await accept(store, "before")
        assert await accept(store, "after")


async def test_a_server_that_goes_in_the_middle_is_waited_for(url: str, cluster: Cluster) -> None:
    async with open_store(url, FrozenClock(), VAULT, alone=True) as store:
        assert await accept(store, "before")

        async def cut_off() -> None:
            async with store.begin() as uow:
                assert await uow.inbox.accept("matrix", "in the middle")
                await asyncio.to_thread(cluster.kill)
                await uow.inbox.accept("matrix", "and on")

        with pytest.raises(TemporaryError):
            await cut_off()
        try:
            with pytest.raises(TemporaryError, match="cannot be reached"):
                await accept(store, "while it is away")
        finally:
            await asyncio.to_thread(cluster.start)
        assert await accept(store, "in the middle")
        assert not await accept(store, "before")


async def test_those_who_share_a_commit_with_a_server_that_goes_are_all_told(
    url: str, cluster: Cluster
) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store:
        gone = asyncio.Event()

        async def kills() -> None:
            async with store.begin() as uow:
                await uow.inbox.accept("matrix", "killer")
                await asyncio.to_thread(cluster.kill)
            gone.set()

        try:
            fates = await asyncio.gather(
                accept(store, "one"), kills(), accept(store, "other"), return_exceptions=True
            )
        finally:
            await asyncio.to_thread(cluster.start)
        assert isinstance(fates[1], TemporaryError)
        for name, fate in (("one", fates[0]), ("other", fates[2])):
            assert await accept(store, name) == isinstance(fate, TemporaryError)


async def test_a_server_that_hangs_is_given_up(
    url: str, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pg_session, "_PATIENCE", 0.2)
    async with open_store(url, FrozenClock(), VAULT) as store:
        cluster.freeze()
        try:
            with pytest.raises(TemporaryError, match="no answer"):
                await accept(store, "hanging")
        finally:
            cluster.thaw()
        assert await accept(store, "hanging")


async def test_texts_that_no_database_can_hold_harm_nobody(url: str, ask: Ask) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store, store.begin() as uow:
        await uow.media_copies.save("Grüße \ud83d \0 \U0001f600", MxcUri("mxc://test/1"))
    assert ask("SELECT name FROM media_cache") == [("Grüße ? ? \U0001f600",)]


async def _opened(url: str, *, alone: bool) -> SqlStore:
    async with open_store(url, FrozenClock(), VAULT, alone=alone) as store:
        return store


def test_its_driver_is_loaded_only_where_it_is_used_and_named_where_it_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = "import sys, appservice.db.store; print('psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"
    monkeypatch.setitem(sys.modules, "appservice.db.postgres.pg_engine", None)
    with pytest.raises(DatabaseUnusable, match=r"pip install '\.\[postgres\]'"):
        engine_at("postgresql://ppv@localhost/ppv")
