"""Units of work that fail, alone or together with those who share their commit."""

import asyncio
from contextlib import suppress
from pathlib import Path

import aiosqlite
import pytest

from bot.errors import OperatorError, TemporaryError
from tests.support.synapse.database_reader import opened_at


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ppv.db"


async def test_one_that_fails_takes_nobody_along(path: Path) -> None:
    async with opened_at(path) as opened:

        async def note_twice(name: str, again: str) -> None:
            async with opened.database.transaction() as transaction:
                for each in (name, again):
                    await transaction.run("INSERT INTO media_cache VALUES (?, '')", each)

        pairs = [(f"first {n}", "same" if n % 3 else f"second {n}") for n in range(30)]
        fates = await asyncio.gather(*(note_twice(*p) for p in pairs), return_exceptions=True)
        told = [pair for pair, fate in zip(pairs, fates, strict=True) if fate is None]
        assert len(told) == 10 + 1
        assert {type(fate) for fate in fates if fate} == {OperatorError}
        assert opened.noted() == {name for pair in told for name in pair}


async def test_a_full_disk_is_mended_by_time_and_nobody_is_told_wrong(path: Path) -> None:
    async with opened_at(path) as opened:
        pages = await opened.pragma("page_count")
        await opened.pragma(f"max_page_count = {pages + 20}")
        tasks = [opened.note("small"), opened.note("large", size=500_000), opened.note("tiny")]
        small, large, tiny = await asyncio.gather(*tasks, return_exceptions=True)
        assert isinstance(large, TemporaryError)
        told = {name for name, fate in (("small", small), ("tiny", tiny)) if fate is None}
        assert opened.noted() == told
        await opened.pragma("max_page_count = 100000")
        await opened.note("large", size=500_000)
        assert "large" in opened.noted()


_ORPHAN = "INSERT INTO listings VALUES ('no offer', 0, '!room', '', '', 0)"
_AGAIN_OR_NOTHING = "INSERT OR ROLLBACK INTO media_cache VALUES ('alone', '')"
_BEHIND = "INSERT INTO media_cache VALUES ('behind', '')"


@pytest.mark.parametrize(
    ("sabotage", "kept"),
    [
        (["PRAGMA defer_foreign_keys = ON", _ORPHAN], {"alone"}),
        ([_AGAIN_OR_NOTHING, _BEHIND, _BEHIND], {"alone", "later"}),
        (["ROLLBACK"], {"alone"}),
    ],
    ids=[
        "the commit fails",
        "SQLite gives the transaction up",
        "the transaction is gone before the next begins",
    ],
)
async def test_all_who_share_a_commit_that_fails_are_told(
    path: Path, sabotage: list[str], kept: set[str]
) -> None:
    async with opened_at(path) as opened:
        await opened.note("alone")
        shares, spoiler, later = await asyncio.gather(
            opened.note("shares"),
            opened.run(*sabotage),
            opened.note("later"),
            return_exceptions=True,
        )
        fates = {"alone": None, "shares": shares, "later": later}
        assert {name for name, fate in fates.items() if fate is None} == kept
        assert isinstance(shares, OperatorError)
        assert isinstance(spoiler, OperatorError)
        assert opened.noted() == kept
        await opened.note("next")
        assert "next" in opened.noted()


_TWICE = ["INSERT INTO media_cache VALUES ('twice', '')"] * 2


@pytest.mark.parametrize("behind", [[], [_ORPHAN], [_BEHIND]])
async def test_the_first_error_is_told_and_what_ran_behind_it_is_undone(
    path: Path, behind: list[str]
) -> None:
    async with opened_at(path) as opened:
        await opened.note("before")
        before, failing, after = await asyncio.gather(
            opened.note("one"),
            opened.run(*_TWICE, *behind),
            opened.note("other"),
            return_exceptions=True,
        )
        assert before is after is None
        assert isinstance(failing, OperatorError)
        assert "UNIQUE" in str(failing)
        assert opened.noted() == {"before", "one", "other"}


async def test_an_error_comes_out_no_later_than_with_the_next_result(path: Path) -> None:
    async with opened_at(path) as opened:
        seen = []

        async def read_behind() -> None:
            async with opened.database.transaction() as transaction:
                for statement in _TWICE:
                    await transaction.run(statement)
                seen.extend(await transaction.rows("SELECT * FROM media_cache"))

        with pytest.raises(OperatorError, match="UNIQUE"):
            await read_behind()
        assert not seen
        assert not opened.noted()


@pytest.mark.parametrize("behind", [[], [_BEHIND]])
async def test_an_error_that_is_caught_still_undoes_the_unit_of_work(
    path: Path, behind: list[str]
) -> None:
    async with opened_at(path) as opened:

        async def go_on() -> None:
            async with opened.database.transaction() as transaction:
                for statement in _TWICE:
                    await transaction.run(statement)
                with suppress(aiosqlite.Error):
                    await transaction.rows("SELECT * FROM media_cache")
                for statement in behind:
                    await transaction.run(statement)

        with pytest.raises(OperatorError, match="UNIQUE"):
            await go_on()
        assert not opened.noted()


async def test_one_that_fails_before_its_first_statement_leaves_the_others_alone(
    path: Path,
) -> None:
    async with opened_at(path) as opened:

        async def fail() -> None:
            async with opened.database.transaction() as transaction:
                await transaction.run(_BEHIND)
                raise ZeroDivisionError

        one, failing, other = await asyncio.gather(
            opened.note("one"), fail(), opened.note("other"), return_exceptions=True
        )
        assert one is other is None
        assert isinstance(failing, ZeroDivisionError)
        assert opened.noted() == {"one", "other"}
