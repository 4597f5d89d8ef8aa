"""A database that commit 953741a wrote is upgraded, on either engine, and everything that it holds goes on."""

import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from appservice.db.engines import engine_at
from appservice.db.store import open_store
from bot.crypto.envelope import WrappedKey
from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.matrix.private_room import PrivacyProblem
from bot.domain.offers.offer import OfferState
from bot.domain.purchases.purchase import Purchase
from bot.domain.retention_state import RetentionState
from bot.ids import (
    AttachmentId,
    CheckoutSessionId,
    EventId,
    KekId,
    OfferId,
    PaymentIntentId,
    RoomId,
    UserId,
    purchase_id,
)
from bot.jobs import JOBS, current_name
from bot.messages import Goods, Line, Placeholder
from bot.ports.repositories.person_repositories import DataExport
from bot.ports.repositories.posting_repositories import EncryptionProgress, StatusMessage
from sandbox.postgres import Cluster
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT
from tests.support.older_database import (
    UpgradedHouse,
    dump_of,
    insert,
    make_version,
    world_of,
    write_postgres,
    write_sqlite,
)

COMMIT = "953741a"
DAVE, EMIL, FRANK, HEIDI = (UserId(f"@{name}:test") for name in ("dave", "emil", "frank", "heidi"))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/ppv.db"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    yield cluster.create("older")
    cluster.drop("older")


@pytest.fixture
async def house(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[UpgradedHouse]:
    if url.startswith("sqlite"):
        write_sqlite(url, dump_of(COMMIT))
    else:
        await write_postgres(url, dump_of(COMMIT), monkeypatch)
    await engine_at(url).upgrade(copy=False)
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
    assert {current_name(kind) for kind in kinds} <= set(JOBS)


async def test_everything_goes_on(house: UpgradedHouse) -> None:
    waiting = Counter((await house.sql.stats()).jobs)
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
    left = (await house.sql.stats()).jobs
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
    assert not (await purchase_of(house, FRANK)).has_access
    session = named(house, "open", CheckoutSessionId)
    await house.stripe_says(house.stripe.pay(session))
    assert (await purchase_of(house, CAROL)).delivered, "the checkout that was open"
    assert goods_in(house, await house.room_of(CAROL)) == 1
    assert PaymentIntentId(f"pi_{session}") in house.stripe.payments


async def drafts(house: UpgradedHouse) -> None:
    assert on_sale(house, "Mole"), "what was on its way into the room"
    await house.bot.publish_offer(ALICE, named(house, "pier", OfferId), ["#lounge:test"])
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
    arrived = await house.bot.resumable_uploads.look(ALICE, offer, upload)
    assert (arrived.bytes, arrived.size) == (400, 1000)

    async def rest() -> AsyncIterator[bytes]:
        yield b"f" * 600

    await house.bot.resumable_uploads.take(ALICE, offer, upload, 400, rest())
    await house.work()
    async with house.sql.begin() as uow:
        film = await uow.offers.get(offer)
        assert await uow.uploads.get(upload) is None
    assert film is not None
    (file,) = film.attachments
    assert file.encrypted is not None
    assert file.size == 1000


AT, LATER_ON = "2026-11-23T12:00:00.000001+00:00", "2026-11-24T12:00:00.000001+00:00"
NOTES = {
    "time zone: @alice:test": "Europe/Berlin",
    "stranger: @eve:elsewhere": "told",
    "command $1 in !room:test: @bob:test": "refused",
    "command $2 in !room:test: @bob:test": "$edit",
    "forget-me: @bob:test": AT,
    "own data: @bob:test": f"{AT} page of @bob:test",
    "opening a direct room: @bob:test": "begun",
    "opening a direct room: @carol:test": "done",
    "moved to another chat: @bob:test": "!old:test made by others",
    "awaited: !new:test": "!room:test",
    "replaced: !first:test": "!second:test",
    "kept shop: !room:test": "$list",
    "posted again o1 !room:test": "$deleted",
    "posted again gone !room:test": "$deleted",
    "not shown: o1 !room:test": "not shown",
    "under way o1 digest": f"!old:test $status {AT}",
    "under way o1 other": "begun",
    "card o1": AT,
    "sealing o1": "a1 40",
    "idle o1": f"draft-1 {AT} {LATER_ON}",
    f"idle o1 told {AT}: @bob:test": "told",
    f"idle o1 told {LATER_ON}: @carol:test": "told",
    "wish to give back pi_1": "$wish",
    "alert: identity:key:@bob:test": "told",
    "swept up to": "s42",
    "payment events": AT,
    "columns encrypted": "2",
    "fingerprint key": json.dumps({"kek": 'of “Jörg"', "nonce": "00ff", "ciphertext": "feff00"}),
}
"""All that the table of notes could hold in version 31."""


async def test_no_note_is_lost(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await make_version(url, 31, monkeypatch)
    at = datetime.fromisoformat(AT)
    offer = ("o1", 1, "@alice:test", "!studio:test", AT, "", "draft")
    await insert(
        url,
        "INSERT INTO offers (id, version, seller, workshop, created_at, text, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [offer],
    )
    rooms = [("!old:test", "@bob:test", 1), ("!direct:test", "@bob:test", 0)]
    await insert(url, "INSERT INTO direct_rooms (room, user_id, ceased) VALUES (?, ?, ?)", rooms)
    await insert(url, "INSERT INTO languages (user_id, code) VALUES (?, ?)", [(ALICE, "de")])
    await insert(url, "INSERT INTO notes (name, value) VALUES (?, ?)", list(NOTES.items()))
    await engine_at(url).upgrade(copy=False)
    room, o1 = RoomId("!room:test"), OfferId("o1")
    async with open_store(url, FrozenClock(), VAULT) as store:
        assert await store.sync_token.read() == "s42"
        async with store.begin() as uow:
            people, postings, rooms_ = uow.people, uow.postings, uow.sale_rooms
            assert await people.language(ALICE) == "de"
            assert await people.time_zone(ALICE) == "Europe/Berlin"
            assert await people.was_turned_away(UserId("@eve:elsewhere"))
            first, second = (
                EventMeta(room=room, event=EventId(each), sender=BOB, sent_at=at)
                for each in ("$1", "$2")
            )
            assert not await people.correct_command(second, EventId("$other"))
            assert await people.correct_command(second, EventId("$edit"))
            assert await people.correct_command(first, EventId("$other"))
            assert await people.erasure_requested_at(BOB) == at
            assert await people.last_export(BOB) == DataExport(at, "page of @bob:test")
            assert await uow.direct_rooms.begin_opening(BOB)
            assert not await uow.direct_rooms.begin_opening(CAROL)
            assert await uow.direct_rooms.to_explain(BOB) == (
                "!old:test",
                PrivacyProblem.MADE_BY_OTHERS,
            )
            assert await rooms_.awaits_invitation(RoomId("!new:test"))
            assert await rooms_.followed(RoomId("!first:test"), RoomId("!second:test"))
            assert await rooms_.pinned_list(room) == "$list"
            assert await postings.deleted(o1, room) == "$deleted"
            assert await postings.take_outdated(o1, room)
            status = await postings.status(o1, "digest")
            assert status == StatusMessage(RoomId("!old:test"), EventId("$status"), at)
            assert await postings.began_status(o1, "other")
            assert await postings.status(o1, "other") is None
            assert await postings.card_edited_at(o1) == at
            assert await postings.progress(o1) == EncryptionProgress(AttachmentId("a1"), 40)
            noticed = datetime.fromisoformat(LATER_ON)
            assert await uow.leftovers.idle_since(o1) == RetentionState("draft-1", at, noticed)
            assert await uow.leftovers.was_noticed(o1, BOB)
            assert not await uow.leftovers.was_noticed(o1, CAROL), "of an earlier time"
            assert await uow.purchases.refund_request(PaymentIntentId("pi_1")) == "$wish"
            assert await uow.operations.alerted("identity:key:@bob:test")
            assert await uow.operations.payment_events_read_until() == at
            key = await uow.operations.data_key("fingerprints")
            assert key == WrappedKey(KekId('of “Jörg"'), b"\x00\xff", b"\xfe\xff\x00")
