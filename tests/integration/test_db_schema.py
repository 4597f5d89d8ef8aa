"""Which databases are worked with, and what is said of the others."""

import errno
import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from appservice.db import schema
from appservice.db.engines import engine_at
from appservice.db.errors import DatabaseUnusable
from appservice.db.schema import SchemaState, Upgraded, migrations
from appservice.db.sqlite import schema as schema_of_a_file
from appservice.db.sqlite.location import sqlite_path
from appservice.db.store import open_store
from bot.domain.money.money import Money
from bot.errors import OperatorError
from bot.ids import PaymentIntentId
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT
from tests.support.schema_versions import FAULTY, NEXT, open_and_save, with_next_version

_A_SALE = """
    INSERT INTO offers (id, version, seller, workshop, created_at, text, state)
    VALUES ('o1', 1, '@sally:test', '!studio:test', '2026-11-23T12:00:00.000000+00:00', '', 'open');
    INSERT INTO purchases VALUES ('p1', 1, 'o1', '@bob:test', 'link', '2026-11-23T12:00:00.000000+00:00');
    INSERT INTO attempts VALUES ('p1', 1, 'complete', 'cs_1', NULL,
        '{"purchase": "p1", "attempt": 1, "price": {"minor": 500, "currency": "usd"}, "title": "Sunset",
          "expires_at": "2026-11-23T12:31:00.000000+00:00", "success_url": "s", "cancel_url": "c"}');
    INSERT INTO payments VALUES ('pi_1', 'p1', 'cs_1', 500, 'usd', '2026-11-23T12:05:00.000000+00:00');
    INSERT INTO deliveries VALUES ('p1', 1, '2026-11-23T12:05:00.000000+00:00', '!direct:test', NULL);
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ppv.db"


async def schema_state(url: str) -> SchemaState:
    return await engine_at(url).state()


async def upgrade(url: str, *, copy: bool = True) -> Upgraded:
    return await engine_at(url).upgrade(copy=copy)


def saved(url: str) -> str:
    with closing(sqlite3.connect(sqlite_path(url))) as connection:
        found: str = connection.execute("SELECT url FROM media_cache").fetchone()[0]
    return found


async def test_an_empty_database_is_filled_and_opened_again(url: str) -> None:
    assert await schema_state(url) is SchemaState.EMPTY
    await open_and_save(url)
    assert await schema_state(url) is SchemaState.HEAD
    await open_and_save(url)
    assert saved(url) == "mxc://test/a"


async def test_an_older_database_waits_for_its_upgrade(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_and_save(url)
    with_next_version(monkeypatch, NEXT)
    assert await schema_state(url) is SchemaState.BEHIND
    with pytest.raises(DatabaseUnusable, match="matrix-ppv db upgrade"):
        await open_and_save(url)
    done = await upgrade(url)
    assert done.version == len(migrations()) + 1
    assert await schema_state(url) is SchemaState.HEAD
    await open_and_save(url)


async def test_the_database_as_it_was_before_lies_beside_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_and_save(url)
    present = len(migrations())
    with monkeypatch.context() as newer:
        with_next_version(newer, NEXT)
        done = await upgrade(url)
    assert done.copy == sqlite_path(url).with_name(f"ppv.db.version-{present}")
    assert stat.S_IMODE(done.copy.stat().st_mode) == 0o600
    back = f"sqlite:///{done.copy}"
    assert await schema_state(back) is SchemaState.HEAD
    assert saved(back) == "mxc://test/a"
    await open_and_save(back)


async def test_without_room_for_the_copy_nothing_is_upgraded(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_and_save(url)
    with_next_version(monkeypatch, NEXT)

    def full(_source: Path, _target: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(schema_of_a_file, "snapshot", full)
    with pytest.raises(DatabaseUnusable, match="--no-copy"):
        await upgrade(url)
    assert await schema_state(url) is SchemaState.BEHIND
    assert [file.name for file in sqlite_path(url).parent.iterdir()] == ["ppv.db"]
    done = await upgrade(url, copy=False)
    assert done.copy is None
    assert await schema_state(url) is SchemaState.HEAD


async def test_a_newer_database_is_refused_and_not_touched(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        with_next_version(newer, NEXT)
        await open_and_save(url)
    before = sqlite_path(url).read_bytes()
    assert await schema_state(url) is SchemaState.NEWER
    with pytest.raises(DatabaseUnusable, match="newer version of matrix-ppv"):
        await open_and_save(url)
    with pytest.raises(DatabaseUnusable, match="newer version of matrix-ppv"):
        await upgrade(url)
    assert sqlite_path(url).read_bytes() == before


async def test_a_failed_upgrade_leaves_everything_as_it_was(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_and_save(url)
    with monkeypatch.context() as faulty:
        with_next_version(faulty, FAULTY)
        with pytest.raises(OperatorError, match="nowhere"):
            await upgrade(url)
        assert await schema_state(url) is SchemaState.BEHIND
    await open_and_save(url)
    assert saved(url) == "mxc://test/a"


async def test_an_upgrade_of_a_database_at_the_newest_version_changes_nothing(url: str) -> None:
    assert await upgrade(url) == await upgrade(url) == Upgraded(len(migrations()), None)


async def test_a_database_of_another_program_is_refused(url: str) -> None:
    with closing(sqlite3.connect(sqlite_path(url))) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    assert await schema_state(url) is SchemaState.FOREIGN
    with pytest.raises(DatabaseUnusable, match="another program"):
        await open_and_save(url)


async def test_a_file_that_is_no_database_is_refused(url: str) -> None:
    sqlite_path(url).write_text("Dear diary, " * 500)
    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        await open_and_save(url)


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match=f"folder {tmp_path}/missing for the database"):
        await open_and_save(f"sqlite:///{tmp_path}/missing/ppv.db")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:///ppv.db", "ppv.db"),
        ("sqlite:///data/ppv.db", "data/ppv.db"),
        ("sqlite:////var/lib/ppv/ppv.db", "/var/lib/ppv/ppv.db"),
        ("sqlite:///a%20b.db", "a b.db"),
    ],
)
def test_an_address_names_a_file(url: str, path: str) -> None:
    assert sqlite_path(url) == Path(path)


@pytest.mark.parametrize(
    "url", ["", "ppv.db", "mysql://host/ppv", "sqlite://", "sqlite:///", "sqlite://ppv.db"]
)
def test_any_other_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(DatabaseUnusable, match=re.escape("sqlite:///ppv.db")):
        engine_at(url)


async def test_the_ledger_can_not_be_changed_by_anybody(url: str) -> None:
    await open_and_save(url)
    with closing(sqlite3.connect(sqlite_path(url))) as connection:
        connection.execute(
            "INSERT INTO ledger (movement, reference, purchase, offer, seller, amount, currency, happened_at)"
            " VALUES ('paid', 'pi_1', 'p1', 'o1', '@sally:test', 500, 'usd', '2026-11-23T12:00:00Z')"
        )
        for change in ("UPDATE ledger SET amount = 1", "DELETE FROM ledger"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(change)


async def test_what_was_sold_before_the_ledger_was_kept_is_in_it_after_the_upgrade(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        before = migrations()[:2]
        older.setattr(schema, "migrations", lambda: before)
        await upgrade(url)
    with closing(sqlite3.connect(sqlite_path(url))) as connection, connection:
        connection.executescript(_A_SALE)
    await upgrade(url)
    async with open_store(url, FrozenClock(), VAULT) as store, store.begin() as uow:
        (entry,) = await uow.ledger.of(None)
        purchase = await uow.purchases.by_payment(PaymentIntentId("pi_1"))
    assert (entry.entry_type, entry.reference, entry.amount) == ("paid", "pi_1", Money(500, "usd"))
    assert purchase is not None
    assert purchase.has_access
    assert purchase.deliveries[0].payment == "pi_1"
