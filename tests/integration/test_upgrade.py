"""A database that commit 953741a wrote is upgraded, on either engine, and everything that it holds goes on."""

import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from appservice.db.engines import engine_at
from appservice.db.store import open_store
from bot.domain.offers.offer import OfferState
from bot.domain.purchases.purchase import Purchase
from bot.ids import AttachmentId, CheckoutSessionId, OfferId, PaymentIntentId, UserId, purchase_id
from bot.jobs import JOBS
from bot.messages import Goods, Line, Placeholder
from sandbox.postgres import Cluster
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE
from tests.support.memory.memory_vault import VAULT
from tests.support.older_database import (
    UpgradedHouse,
    dump_of,
    world_of,
    write_postgres,
    write_sqlite,
)

COMMIT = "953741a"
DAVE, EMIL, FRANK, HEIDI = (UserId(f"@{name}:test") for name in ("dave", "emil", "frank", "heidi"))


@pytest.fixture(params=["sqlite", "postgres"])
async def url(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    """Upgraded."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/ppv.db"
        write_sqlite(url, dump_of(COMMIT))
        await engine_at(url).upgrade(copy=False)
        yield url
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.create("older")
    await write_postgres(url, dump_of(COMMIT), monkeypatch)
    await engine_at(url).upgrade(copy=False)
    yield url
    cluster.drop("older")


@pytest.fixture
async def house(url: str) -> AsyncIterator[UpgradedHouse]:
    house = UpgradedHouse(world_of(COMMIT))
    async with open_store(url, house.clock, VAULT) as store:
        await house.use(store)
        yield house


async def purchase_of(house: UpgradedHouse, who: UserId) -> Purchase:
    async with house.sql.begin() as uow:
        found = await uow.purchases.get(purchase_id(named(house, "bought", OfferId), who))
    assert found is not None
    return found


def named(house: UpgradedHouse, name: str, kind: Any) -> Any:
    return kind(house.world["names"][name])


def goods_in(house: UpgradedHouse, room: str) -> int:
    return len([each for each in house.matrix.said_of(Goods) if each.room == room])


def test_a_job_of_every_kind_waits_in_it() -> None:
    with closing(sqlite3.connect(":memory:")) as database:
        database.executescript(dump_of(COMMIT))
        kinds = {kind for (kind,) in database.execute("SELECT DISTINCT kind FROM jobs")}
    assert len(kinds) == 36
    assert kinds <= set(JOBS)


async def test_everything_goes_on(house: UpgradedHouse) -> None:
    waiting = Counter((await house.sql.census()).jobs)
    assert waiting["alert_admins", "dead"] == 1
    await asks(house)
    await house.time_passes(minutes=1)
    await money(house)
    await drafts(house)
    await handovers(house)
    await uploads(house)
    house.matrix.shut.clear()
    await house.time_passes(days=1)
    await house.comes_into(await house.room_of(HEIDI), HEIDI)
    assert (await purchase_of(house, HEIDI)).delivered
    await house.time_passes(days=9)
    assert on_sale(house, "Dawn"), "what was planned goes on sale by itself"
    left = (await house.sql.census()).jobs
    assert [kind for kind, state in left if state == "dead"] == []


async def asks(house: UpgradedHouse) -> None:
    """What people were told and asked for is known."""
    room = await house.room_of(BOB)
    await house.says(BOB, room, "!ppv export")
    assert "vor einem Moment" in said(house, room) or "only a moment ago" in said(house, room)
    async with house.sql.begin() as uow:
        assert await uow.seller_accounts.all()
    room = await house.room_of(DAVE)
    await house.says(DAVE, room, "!ppv forget-me yes")
    async with house.sql.begin() as uow:
        assert await uow.direct_rooms.of(DAVE) is None


def said(house: UpgradedHouse, room: str) -> str:
    (*_, last) = [each.message for each in house.matrix.said if each.room == room]
    assert isinstance(last, Line)
    return last.words


async def money(house: UpgradedHouse) -> None:
    assert (await purchase_of(house, EMIL)).delivered, "the webhook that waited"
    (refund,) = house.stripe.refund_requests
    assert refund.intent in {each.intent for each in (await purchase_of(house, FRANK)).payments}
    assert not (await purchase_of(house, FRANK)).owned
    session = named(house, "open", CheckoutSessionId)
    await house.stripe_says(house.stripe.pay(session))
    assert (await purchase_of(house, CAROL)).delivered, "the checkout that was open"
    assert goods_in(house, await house.room_of(CAROL)) == 1
    assert PaymentIntentId(f"pi_{session}") in house.stripe.payments


async def drafts(house: UpgradedHouse) -> None:
    assert on_sale(house, "Mole"), "what was on its way into the room"
    await house.bot.put_on_sale(ALICE, named(house, "pier", OfferId), ["#lounge:test"])
    await house.work()
    assert on_sale(house, "Pier"), "the file that was still to be encrypted"
    async with house.sql.begin() as uow:
        pier = await uow.offers.get(named(house, "pier", OfferId))
    assert pier is not None
    assert pier.state is OfferState.OPEN


def on_sale(house: UpgradedHouse, text: str) -> bool:
    """Whether it is posted, once, in the lounge."""
    found = [
        each.message
        for each in house.matrix.said_of(Placeholder)
        if each.room == LOUNGE and isinstance(each.message, Placeholder)
    ]
    return [each.text for each in found].count(text) == 1


async def handovers(house: UpgradedHouse) -> None:
    await house.time_passes(seconds=15)
    assert on_sale(house, "Buoy"), "the one whose event had come"
    raw = house.timeline.edit(LOUNGE, ALICE, "$bot-has-joined", "is preparing a paid message")
    raw["content"]["io.github.matrix_ppv.gate"] = {"name": "one"}
    await house.hears(raw)
    await house.time_passes(seconds=15)
    assert on_sale(house, "Lighthouse"), "the one whose event was still to come"


async def uploads(house: UpgradedHouse) -> None:
    offer, upload = named(house, "film", OfferId), named(house, "upload", AttachmentId)
    arrived = await house.bot.upload_in_parts.look(ALICE, offer, upload)
    assert (arrived.bytes, arrived.size) == (400, 1000)

    async def rest() -> AsyncIterator[bytes]:
        yield b"f" * 600

    await house.bot.upload_in_parts.take(ALICE, offer, upload, 400, rest())
    await house.work()
    async with house.sql.begin() as uow:
        film = await uow.offers.get(offer)
        assert await uow.uploads.get(upload) is None
    assert film is not None
    (file,) = film.attachments
    assert file.sealed is not None
    assert file.size == 1000
