"""The store on a real SQLite file: many tasks, several processes, cancellation, and death."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from appservice.db.sqlite import sqlite_connection
from bot.errors import OperatorError, TemporaryError
from tests.support.cancellation import cancel_after, note_and_cancel_some
from tests.support.synapse.database_reader import opened_at
from tests.support.synapse.statement_counter import accept, count, increment, open_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ppv.db"


async def start(verb: str, path: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.synapse.statement_counter",
        verb,
        str(path),
        stdout=asyncio.subprocess.PIPE,
    )


async def test_forty_increments_at_once_lose_none(path: Path) -> None:
    async with open_file(path) as one, open_file(path) as other:
        await asyncio.gather(*(increment(store) for store in (one, other) for _ in range(20)))
        assert await count(one) == await count(other) == 40


async def test_two_processes_lose_none(path: Path) -> None:
    async with open_file(path) as store:
        process = await start("increment_often", path)
        for _ in range(50):
            await increment(store)
        await process.communicate()
        assert process.returncode == 0
        assert await count(store) == 100


async def test_a_kill_in_the_middle_loses_only_what_was_not_committed(path: Path) -> None:
    process = await start("wait_inside", path)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"inside\n"
    process.kill()
    await process.communicate()
    async with open_file(path) as store:
        fresh = [await accept(store, f"committed {number}") for number in range(20)]
        assert fresh == [False] * 20
        assert await accept(store, "in the middle")


async def test_those_who_come_while_one_commits_share_the_next_commit(path: Path) -> None:
    async with opened_at(path) as opened:
        await asyncio.gather(*(opened.note(str(n)) for n in range(100)))
        assert len(opened.noted()) == 100
        assert len(opened.commits) < 10


async def test_whoever_is_told_of_success_is_on_the_disk_whatever_is_cancelled(path: Path) -> None:
    async with opened_at(path) as opened:
        told = await note_and_cancel_some(opened.note, 200)
        assert not opened.connection.in_transaction
        assert told
        assert told <= opened.noted()
        await opened.note("and on it goes")


@pytest.mark.parametrize("steps", range(30))
async def test_a_cancellation_at_any_step_leaves_no_transaction_behind(
    path: Path, steps: int
) -> None:
    async with opened_at(path) as opened:
        cancelled = await cancel_after(steps, opened.note("cancelled"))
        assert not opened.connection.in_transaction
        await opened.note("next")
        assert "next" in opened.noted()
        if not cancelled:
            assert "cancelled" in opened.noted()


async def test_closing_waits_for_those_who_have_finished(path: Path) -> None:
    async with open_file(path) as store:
        tasks = [asyncio.create_task(accept(store, str(n))) for n in range(50)]
        await asyncio.sleep(0)
    fates = await asyncio.gather(*tasks, return_exceptions=True)
    async with open_file(path) as store:
        for number, fate in enumerate(fates):
            if fate is True:
                assert not await accept(store, str(number))
            else:
                assert isinstance(fate, OperatorError)


async def test_another_writer_is_waited_for(path: Path) -> None:
    async with open_file(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(accept(store, "patient"))
            await asyncio.wait([waiting], timeout=0.05)
            assert not waiting.done()
            other.execute("COMMIT")
            assert await waiting


async def test_whoever_is_cancelled_while_another_writes_leaves_nothing_behind(path: Path) -> None:
    async with opened_at(path) as opened:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(opened.note("cancelled"))
            await asyncio.wait([waiting], timeout=0.05)
            waiting.cancel()
            other.execute("COMMIT")
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        assert not opened.connection.in_transaction
        assert not opened.noted()


async def test_another_writer_is_not_waited_for_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_connection, "_BUSY_TIMEOUT", 0.03)
    async with open_file(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(TemporaryError):
                await accept(store, "impatient")
            other.execute("ROLLBACK")
        assert await accept(store, "impatient")


async def test_half_a_surrogate_pair_harms_nobody(path: Path) -> None:
    async with opened_at(path) as opened:
        await opened.note("Grüße \ud83d \U0001f600")
        assert opened.noted() == {"Grüße ? \U0001f600"}


async def test_what_is_committed_survives_a_power_cut(path: Path) -> None:
    async with opened_at(path) as opened:
        settings = [await opened.pragma(name) for name in ("journal_mode", "synchronous")]
        full = 2
        assert settings == ["wal", full]
