"""The store on a real SQLite file: many tasks, several processes, full disks, and death."""

import asyncio
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appservice.db import database, schema
from appservice.db.database import SqliteDatabase
from appservice.db.sqlite import SqliteSession
from bot.errors import Broken, Transient
from tests.integration.sqlite_counter import accept, count, increment, open_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ppv.db"


async def start(verb: str, path: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.sqlite_counter",
        verb,
        str(path),
        stdout=asyncio.subprocess.PIPE,
    )


@dataclass
class Opened:
    """A database whose connection can be looked at."""

    connection: sqlite3.Connection
    database: SqliteDatabase
    commits: list[str] = field(default_factory=list)

    async def note(self, name: str, *, size: int = 1) -> None:
        async with self.database.transaction() as transaction:
            await transaction.run(
                "INSERT INTO media_copies (name, url) VALUES (?, ?)", name, "x" * size
            )

    def noted(self) -> set[str]:
        return {row["name"] for row in self.connection.execute("SELECT name FROM media_copies")}


@asynccontextmanager
async def opened_at(path: Path) -> AsyncIterator[Opened]:
    with closing(schema.open_at_head(path)) as connection, ThreadPoolExecutor(1) as disk:
        opened = Opened(connection, SqliteDatabase(SqliteSession(connection), disk))
        connection.set_trace_callback(
            lambda sql: opened.commits.append(sql) if sql == "COMMIT" else None
        )
        yield opened


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


async def test_one_that_fails_takes_nobody_along(path: Path) -> None:
    async with opened_at(path) as opened:

        async def note_twice(name: str, again: str) -> None:
            async with opened.database.transaction() as transaction:
                for each in (name, again):
                    await transaction.run("INSERT INTO media_copies VALUES (?, '')", each)

        pairs = [(f"first {n}", "same" if n % 3 else f"second {n}") for n in range(30)]
        fates = await asyncio.gather(*(note_twice(*p) for p in pairs), return_exceptions=True)
        told = [pair for pair, fate in zip(pairs, fates, strict=True) if fate is None]
        assert len(told) == 10 + 1
        assert {type(fate) for fate in fates if fate} == {Broken}
        assert opened.noted() == {name for pair in told for name in pair}


async def test_whoever_is_told_of_success_is_on_the_disk_whatever_is_cancelled(path: Path) -> None:
    async with opened_at(path) as opened:
        told: set[str] = set()

        async def note(name: str) -> None:
            await opened.note(name)
            told.add(name)

        tasks = [asyncio.create_task(note(str(n))) for n in range(200)]
        for number, task in enumerate(tasks):
            if number % 3 == 0:
                task.cancel()
            elif number % 5 == 0:
                await asyncio.sleep(0)
                task.cancel()
                tasks[number // 2].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert not opened.connection.in_transaction
        with closing(sqlite3.connect(path)) as reader:
            on_disk = {row[0] for row in reader.execute("SELECT name FROM media_copies")}
        assert told
        assert told <= on_disk
        await opened.note("and on it goes")


@pytest.mark.parametrize("steps", range(12))
async def test_a_cancellation_at_any_step_leaves_no_transaction_behind(
    path: Path, steps: int
) -> None:
    async with opened_at(path) as opened:
        task = asyncio.create_task(opened.note("cancelled"))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert not opened.connection.in_transaction
        await opened.note("next")
        assert "next" in opened.noted()
        if not task.cancelled():
            assert "cancelled" in opened.noted()


async def test_a_full_disk_is_mended_by_time_and_nobody_is_told_wrong(path: Path) -> None:
    async with opened_at(path) as opened:
        pages = opened.connection.execute("PRAGMA page_count").fetchone()[0]
        opened.connection.execute(f"PRAGMA max_page_count = {pages + 20}")
        tasks = [opened.note("small"), opened.note("large", size=500_000), opened.note("tiny")]
        small, large, tiny = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(large, Transient)
        told = {name for name, fate in (("small", small), ("tiny", tiny)) if fate is None}
        assert opened.noted() == told
        opened.connection.execute("PRAGMA max_page_count = 100000")
        await opened.note("large", size=500_000)
        assert "large" in opened.noted()


_ORPHAN = "INSERT INTO listings VALUES ('no offer', 0, '!room', '', '', 0)"


@pytest.mark.parametrize(
    ("sabotage", "kept"),
    [
        (["PRAGMA defer_foreign_keys = ON", _ORPHAN], {"alone"}),
        (["ROLLBACK"], {"alone", "later"}),
    ],
    ids=["the commit fails", "SQLite rolls everything back"],
)
async def test_all_who_share_a_commit_that_fails_are_told(
    path: Path, sabotage: list[str], kept: set[str]
) -> None:
    async with opened_at(path) as opened:

        async def spoil() -> None:
            async with opened.database.transaction() as transaction:
                for statement in sabotage:
                    await transaction.run(statement)

        alone, shares, spoiler, later = await asyncio.gather(
            opened.note("alone"),
            opened.note("shares"),
            spoil(),
            opened.note("later"),
            return_exceptions=True,
        )
        fates = {"alone": alone, "shares": shares, "later": later}
        assert {name for name, fate in fates.items() if fate is None} == kept
        assert isinstance(shares, Broken)
        assert isinstance(spoiler, Broken)
        assert opened.noted() == kept
        await opened.note("next")
        assert "next" in opened.noted()


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
                assert isinstance(fate, Broken)


async def test_another_writer_is_waited_for(path: Path) -> None:
    async with open_file(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(accept(store, "patient"))
            await asyncio.wait([waiting], timeout=0.05)
            assert not waiting.done()
            other.execute("COMMIT")
            assert await waiting


async def test_another_writer_is_not_waited_for_for_ever(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.03)
    async with open_file(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Transient):
                await accept(store, "impatient")
            other.execute("ROLLBACK")
        assert await accept(store, "impatient")


async def test_what_is_committed_survives_a_power_cut_and_is_read_by_its_owner_only(
    path: Path,
) -> None:
    async with opened_at(path) as opened:
        settings = {
            name: opened.connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        full = 2
        assert settings == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1}
        files = [path, path.with_name("ppv.db-wal")]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
