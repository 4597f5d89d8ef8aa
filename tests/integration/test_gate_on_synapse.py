"""The gate in a real Synapse: what is for sale never enters the room, and all else passes."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from sandbox.clients import MatrixError
from sandbox.environment import open_environment
from sandbox.sample_media import photo
from tests.adversary.any_input import changed, inputs, share
from tests.support.synapse.market import SELLER, Market

pytestmark = pytest.mark.asyncio(loop_scope="module")
FLAG: dict[str, Any] = {"io.github.matrix_ppv.price": {"amount": "5.00", "currency": "USD"}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    clear = {"encryption": {"direct_rooms": "off"}}
    folder = tmp_path_factory.mktemp("town")
    async with open_environment(folder, sellers=(SELLER,), changes=clear, gate=True) as town:
        seller = await town.cast.register(SELLER)
        studio = await seller.open_direct_room(town.bot)
        await seller.wait_for_member(studio, town.bot)
        yield Market(town, seller, studio, count(1))


def stored(market: Market, words: str) -> int:
    """In how many rows of the homeserver's events these words stand."""
    database: Path = market.town.synapse.folder / "homeserver.db"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        row = connection.execute(
            "SELECT COUNT(*) FROM event_json WHERE instr(json, ?) > 0", (words,)
        ).fetchone()
    return int(row[0])


async def test_a_flagged_picture_is_sold_and_its_address_is_nowhere(market: Market) -> None:
    eve, buyer = await market.buyer(), await market.buyer()
    room = await market.room(eve, buyer)
    picture = photo("secret-harbour.jpg", seed=41)
    mxc = await market.seller.session.upload(picture.data, picture.mimetype, picture.name)
    content = {
        "msgtype": "m.image",
        "body": "!ppv 5 USD Harbour",
        "filename": picture.name,
        "url": mxc,
        "info": {"mimetype": picture.mimetype, "size": len(picture.data)},
    }
    sent = await market.seller.send(room, "m.room.message", content)
    placeholder = await market.hears(eve, room, "!ppv buy")
    assert "Harbour" in placeholder.body
    assert stored(market, mxc) == 0
    assert not [event for event in eve.heard(room) if mxc in str(event.content)]
    (stand_in,) = [event for event in eve.heard(room) if event.event_id == sent]
    assert stand_in.content["m.relates_to"]["rel_type"] == "m.replace", "nobody's app shows it"
    assert not [event for event in eve.heard(room) if event.redacts == sent]
    with pytest.raises(MatrixError):
        await eve.session.download(mxc)
    await market.pays(await market.link(buyer, room, placeholder))
    (goods,) = await market.goods(buyer, 1)
    assert await buyer.open(goods) == picture.data


async def test_the_seller_is_told_of_no_exposure(market: Market) -> None:
    assert not [e for e in market.seller.heard(market.studio) if "To be honest" in e.body]


async def test_an_armed_seller_drops_files_without_a_flag(market: Market) -> None:
    eve = await market.buyer()
    room = await market.room(eve)
    await market.seller.say(room, "!ppv 3 USD Three of them")
    await market.hears(market.seller, room, "Send the files for 3.00 USD now")
    for number in range(3):
        await market.seller.send_file(room, photo(f"armed{number}.jpg", seed=50 + number))
    await market.seller.say(room, "!ppv done")
    placeholder = await market.hears(eve, room, "Three of them")
    assert "3 photos" in placeholder.body
    pictures = [e for e in eve.heard(room) if e.sender == market.seller.user_id]
    assert not [event for event in pictures if "url" in event.content]
    assert stored(market, "armed0.jpg") == 0


async def test_other_files_words_and_people_pass(market: Market) -> None:
    eve = await market.buyer()
    room = await market.room(eve)
    plain = await market.seller.send_file(room, photo("plain.jpg", seed=60))
    await market.seller.say(room, "That one is not for sale.")
    await market.seller.say(room, "!ppv 3 USD Later")
    await market.hears(market.seller, room, "Send the files for 3.00 USD now")
    theirs = await eve.send_file(room, photo("eves.jpg", seed=61))
    words = await market.seller.say(room, "one moment")
    for event in (plain, theirs, words):
        await eve.wait_for_event(event)
    assert stored(market, "plain.jpg") == stored(market, "eves.jpg") == 1


async def test_a_shop_that_is_down_lets_nothing_through_and_nothing_is_lost(market: Market) -> None:
    eve = await market.buyer()
    room = await market.room(eve)
    market.town.product.kill()
    picture = photo("down.jpg", seed=62)
    mxc = await market.seller.session.upload(picture.data, picture.mimetype, picture.name)
    content = {"msgtype": "m.image", "body": picture.name, "url": mxc, **FLAG}
    path = ("rooms", room, "send", "m.room.message", "same-transaction")
    for _ in range(2):
        with pytest.raises(MatrixError, match="shop is not answering"):
            await market.seller.session.request("PUT", *path, body=content)
    assert stored(market, mxc) == 0
    passed = await market.seller.say(room, "words pass")
    await eve.wait_for_event(passed)
    await market.town.product.restart()
    await market.seller.session.request("PUT", *path, body=content)
    await market.hears(eve, room, "!ppv buy")
    assert stored(market, mxc) == 0


async def test_what_is_armed_survives_a_restart_of_the_homeserver(market: Market) -> None:
    eve = await market.buyer()
    room = await market.room(eve)
    await market.seller.say(room, "!ppv 3 USD After the restart")
    await market.hears(market.seller, room, "Send the files for 3.00 USD now")
    market.town.synapse.kill()
    await market.town.synapse.restart()
    await market.seller.send_file(room, photo("restarted.jpg", seed=63))
    await market.seller.say(room, "!ppv done")
    await market.hears(eve, room, "After the restart")
    assert stored(market, "restarted.jpg") == 0


def handed_over(market: Market, room: str) -> int:
    """From that room."""
    database = market.town.product.configuration.folder / "ppv.db"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        row = connection.execute(
            "SELECT COUNT(*) FROM intercepted_attachments WHERE room_id = ?", (room,)
        ).fetchone()
    return int(row[0])


async def status_of(market: Market, room: str, key: str, content: Any) -> int:
    """What the homeserver or the gate in it answers; 0 for what is no JSON."""
    path = ("rooms", room, "send", "m.room.message", f"fuzz-{key}")
    try:
        await market.seller.session.request("PUT", *path, body=content)
    except MatrixError as error:
        return error.status
    except (ValueError, RecursionError):
        return 0
    return 200


async def test_whatever_an_armed_seller_sends_stops_neither_side(market: Market) -> None:
    """Through the gate, the hand-over and the event that stands for it; then a good file is sold as ever."""
    eve = await market.buyer()
    room = await market.room(eve)
    pid = market.town.product.pid
    good = {
        "msgtype": "m.image",
        "body": "fuzz.jpg",
        "url": "mxc://x/y",
        "info": {"size": 5},
        **FLAG,
    }
    answers = {
        seed: await status_of(market, room, seed, changed(chance, good))
        for seed, chance in inputs("gate on Synapse", max(1, share(1) // 4))
    }
    assert 200 in answers.values()
    repeated = [seed for seed, status in answers.items() if status == 503]
    assert not repeated, "apps send it again and again, though it will never be taken"
    assert market.town.product.alive
    assert market.town.product.pid == pid
    await market.seller.say(room, "!ppv done")
    await market.seller.say(room, "!ppv 3 USD After all that")
    await market.hears(market.seller, room, "Send the files for 3.00 USD now")
    await market.seller.send_file(room, photo("after-all.jpg", seed=77))
    await market.seller.say(room, "!ppv done")
    await market.hears(eve, room, "After all that")
    assert stored(market, "after-all.jpg") == 0


async def test_of_two_hundred_files_a_member_who_downloads_on_sight_gets_none(
    market: Market,
) -> None:
    eve = await market.buyer()
    room = await market.room(eve)
    session = market.seller.session
    files = [await session.upload(b"%d" % n, "text/plain", f"{n}.txt") for n in range(200)]

    async def sends(mxc: str) -> None:
        content = {"msgtype": "m.file", "body": "a.txt", "url": mxc, **FLAG}
        await market.seller.send(room, "m.room.message", content)

    await asyncio.gather(*(sends(mxc) for mxc in files[:100]))
    for mxc in files[100:]:
        await sends(mxc)
    last = await market.seller.say(room, "That was the last one.")
    await eve.wait_for(lambda event: event.event_id == last, room_id=room, seconds=60)
    seen = [str(event.content) for event in eve.heard(room)]
    gotten = [mxc for mxc in files if any(mxc in content for content in seen)]
    assert gotten == []
    assert sum(stored(market, mxc) for mxc in files) == 0
    assert handed_over(market, room) == 200


async def test_the_same_request_again_is_the_same_message(market: Market) -> None:
    room = await market.room()
    mxc = await market.seller.session.upload(b"once", "text/plain", "once.txt")
    content = {"msgtype": "m.file", "body": "once.txt", "url": mxc, **FLAG}
    path = ("rooms", room, "send", "m.room.message", "said-once")
    request = market.seller.session.request
    answers = [await request("PUT", *path, body=content) for _ in range(2)]
    assert answers[0] == answers[1]
    assert handed_over(market, room) == 1


async def test_a_message_as_large_as_can_be_is_taken_out_whole(market: Market) -> None:
    eve = await market.buyer()
    room = await market.room(eve)
    mxc = await market.seller.session.upload(b"large", "text/plain", "large.txt")
    content = {"msgtype": "m.file", "body": "x" * 60_000, "url": mxc, **FLAG}
    await market.seller.send(room, "m.room.message", content)
    await market.hears(eve, room, "!ppv buy")
    assert stored(market, mxc) == stored(market, "xxxxxxxx") == 0


async def test_what_a_muted_person_hands_over_is_no_offer(market: Market) -> None:
    mallory = await market.buyer()
    room = await market.room(mallory)
    path = ("rooms", room, "state", "m.room.power_levels", "")
    powers = await market.seller.session.request("GET", *path)
    muted = powers | {"users": powers["users"] | {mallory.user_id: -1}}
    await market.seller.session.request("PUT", *path, body=muted)
    mxc = await mallory.session.upload(b"muted", "text/plain", "muted.txt")
    content = {"msgtype": "m.file", "body": "muted.txt", "url": mxc, **FLAG}
    with pytest.raises(MatrixError, match="403"):
        await mallory.send(room, "m.room.message", content)
    assert stored(market, mxc) == 0
    assert handed_over(market, room) <= 1
