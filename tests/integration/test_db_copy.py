"""All records from one engine to the other and back: one moment of the one, all or nothing in the other."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from appservice.db.copy_database import copy
from appservice.db.engines import engine_at
from appservice.db.errors import DatabaseUnusable
from appservice.db.postgres import pg_connection
from appservice.db.postgres.pg_table_copy import PostgresTables
from appservice.db.schema import SchemaState
from appservice.db.store import SqlStore, open_store
from appservice.db.table_copy import Values
from bot.domain.money.payment_event import Trigger
from bot.domain.offers.attachment import Attachment, MediaInfo, MediaKind
from bot.domain.offers.attachment import Source as Origin
from bot.domain.purchases.ledger import EntryType, LedgerEntry
from bot.errors import OperatorError, TemporaryError
from bot.ids import AttachmentId, CheckoutSessionId, EventId, MxcUri
from bot.jobs.payment_jobs import Settle
from sandbox.postgres import Cluster
from tests.support.factories import FIVE, NOON, SELLER, STUDIO, draft, paid, purchase
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT
from tests.support.postgres_fixtures import NewDatabase

_ATTACHMENT = Attachment(
    id=AttachmentId("a1"),
    name="Sunset \N{SUNRISE} \\N 'x';\t\n",
    kind=MediaKind.IMAGE,
    info=MediaInfo(width=3),
    source=Origin(STUDIO, EventId("$1"), MxcUri("mxc://test/1"), None),
    sent_at=NOON,
    teaser=bytes(range(256)),
    exposure_seconds=0.1 + 0.2,
)
_OFFER = replace(draft(), attachments=(_ATTACHMENT,))
_PURCHASE = paid(purchase(), "pi_1")
_ENTRY = LedgerEntry(
    entry_type=EntryType.PAID,
    reference="pi_1",
    purchase=_PURCHASE.id,
    offer=_OFFER.id,
    seller=SELLER,
    amount=FIVE,
    at=NOON,
)


@pytest.fixture
def server(new_database: NewDatabase) -> str:
    return new_database()


@pytest.fixture
def file(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/ppv.db"


def files(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


async def fill(url: str, *, notes: int = 0) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store:
        async with store.begin() as uow:
            await uow.offers.save(_OFFER)
            await uow.purchases.save(_PURCHASE)
            await uow.ledger.add(_ENTRY)
            for number in range(notes):
                await uow.media_copies.save(f"{number:06}", MxcUri("mxc://test/a"))
            for number in range(3):
                await uow.jobs.add(Settle(CheckoutSessionId(f"cs_{number}"), Trigger.WEBHOOK))
        for _ in range(3):
            assert await next_job(store)


async def next_job(store: SqlStore) -> int:
    """Its number, once it is done."""
    claimed = await store.queue.claim(NOON)
    assert claimed is not None
    await store.queue.done(claimed)
    return claimed.id


async def assert_whole(url: str) -> None:
    async with open_store(url, FrozenClock(), VAULT) as store:
        async with store.begin() as uow:
            offer, bought = await uow.offers.get(_OFFER.id), await uow.purchases.get(_PURCHASE.id)
            assert offer == replace(_OFFER, version=1)
            assert bought == replace(_PURCHASE, version=1)
            assert await uow.ledger.of(None) == (_ENTRY,)
            await uow.jobs.add(Settle(CheckoutSessionId("cs_next"), Trigger.WEBHOOK))
            await uow.ledger.add(replace(_ENTRY, reference="pi_2"))
        assert await next_job(store) == 4  # A number that was given is not given again.


async def test_there_and_back_everything_is_as_it_was(
    file: str, server: str, tmp_path: Path
) -> None:
    back = f"sqlite:///{tmp_path}/back.db"
    told: dict[str, int] = {}
    await fill(file, notes=1200)
    total = await copy(engine_at(file), engine_at(server), told.__setitem__)
    assert total == sum(told.values())
    assert told["media_cache"] == 1200
    assert told["offers"] == told["ledger"] == 1
    assert "schema_versions" not in told
    assert await copy(engine_at(server), engine_at(back)) == total
    await assert_whole(server)
    await assert_whole(back)
    assert files(tmp_path) == {"ppv.db", "back.db"}


async def test_it_is_one_moment_of_what_goes_on(
    file: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(file)
    added = False
    as_it_is = PostgresTables.add

    async def add(
        self: PostgresTables, table: str, columns: Sequence[str], rows: Sequence[Values]
    ) -> None:
        nonlocal added
        if not added:
            added = True
            async with open_store(file, FrozenClock(), VAULT) as store, store.begin() as uow:
                await uow.ledger.add(replace(_ENTRY, reference="pi_late"))
        await as_it_is(self, table, columns, rows)

    monkeypatch.setattr(PostgresTables, "add", add)
    await copy(engine_at(file), engine_at(server))
    assert added
    await assert_whole(server)


async def test_a_target_that_holds_anything_is_refused(file: str, server: str) -> None:
    await fill(file)
    await fill(server)
    with pytest.raises(DatabaseUnusable, match="is not empty"):
        await copy(engine_at(file), engine_at(server))
    with pytest.raises(DatabaseUnusable, match=r"ppv\.db is there already"):
        await copy(engine_at(server), engine_at(file))
    await assert_whole(file)
    await assert_whole(server)


async def test_a_target_without_a_schema_gets_one(file: str, cluster: Cluster) -> None:
    await fill(file)
    await copy(engine_at(file), engine_at(cluster.create("blank")))
    await assert_whole(cluster.url("blank"))
    cluster.drop("blank")


async def test_a_target_that_is_in_use_is_refused(
    file: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pg_connection.SESSION, "lock_timeout", "100ms")
    await fill(file)
    async with open_store(server, FrozenClock(), VAULT, alone=True):
        with pytest.raises(DatabaseUnusable, match="Another matrix-ppv is running"):
            await copy(engine_at(file), engine_at(server))


@pytest.mark.parametrize("age", ["absent", "older", "newer"])
async def test_a_source_that_is_not_at_the_newest_version_is_refused(
    file: str, server: str, cluster: Cluster, tmp_path: Path, age: str
) -> None:
    target = engine_at(f"sqlite:///{tmp_path}/target.db")
    if age == "absent":
        with pytest.raises(DatabaseUnusable, match="There is no database at"):
            await copy(engine_at(file), engine_at(server))
        source = engine_at(cluster.create("blank"))
        with pytest.raises(DatabaseUnusable, match="There is no database at"):
            await copy(source, target)
        cluster.drop("blank")
    else:
        change = (
            "DELETE FROM schema_versions WHERE version > 3"
            if age == "older"
            else ("INSERT INTO schema_versions VALUES (9999)")
        )
        cluster.run(change, database=server.rpartition("/")[2])
        with pytest.raises(DatabaseUnusable, match=f"by an? {age} version"):
            await copy(engine_at(server), target)
    assert files(tmp_path) <= {"ppv.db"}


@pytest.mark.parametrize("direction", ["there", "back"])
async def test_what_breaks_off_leaves_nothing(
    file: str, server: str, cluster: Cluster, tmp_path: Path, direction: str
) -> None:
    if direction == "there":
        await fill(file)
        source, target = engine_at(file), engine_at(cluster.create("blank"))
    else:
        await fill(server)
        source, target = engine_at(server), engine_at(f"sqlite:///{tmp_path}/target.db")

    def stop(table: str, _rows: int) -> None:
        if table == "purchases":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await copy(source, target, stop)
    assert await target.state() is SchemaState.EMPTY
    assert files(tmp_path) <= {"ppv.db"}
    if direction == "there":
        cluster.drop("blank")


async def test_a_row_that_does_not_arrive_is_noticed(
    file: str, server: str, cluster: Cluster
) -> None:
    await fill(file)
    cluster.run(
        "CREATE FUNCTION lost() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
        "CREATE TRIGGER lost BEFORE INSERT ON payments FOR EACH ROW EXECUTE FUNCTION lost()",
        database=server.rpartition("/")[2],
    )
    with pytest.raises(OperatorError, match="of 1 rows of payments, 0 arrived"):
        await copy(engine_at(file), engine_at(server))
    assert cluster.run("SELECT * FROM offers", database=server.rpartition("/")[2]) == []


async def test_a_server_that_goes_away_is_told_as_such(
    file: str, server: str, cluster: Cluster
) -> None:
    await fill(file)

    def kill(table: str, _rows: int) -> None:
        if table == "purchases":
            cluster.kill()

    try:
        with pytest.raises(TemporaryError):
            await copy(engine_at(file), engine_at(server), kill)
    finally:
        await asyncio.to_thread(cluster.start)
    await copy(engine_at(file), engine_at(server))
    await assert_whole(server)
