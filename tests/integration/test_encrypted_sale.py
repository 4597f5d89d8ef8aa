"""Sales in encrypted rooms, on a real homeserver, with clients that share no code with the product."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.sample_media import photo
from tests.support.js_buyer import JsBuyer
from tests.support.synapse.encrypted_environment import (
    PATIENCE,
    EncryptedTown,
    heard_by,
    link_in,
    open_encrypted_town,
    pay,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedTown]:
    async with open_encrypted_town(tmp_path_factory.mktemp("town")) as town:
        yield town


async def test_what_was_sealed_in_an_encrypted_studio_arrives_byte_for_byte(
    town: EncryptedTown,
) -> None:
    buyer = await town.buyer()
    room = await town.room(buyer)
    goods = [photo("harbour.jpg"), photo("lighthouse.jpg", seed=2)]
    placeholder = await town.publishes(room, *goods)
    assert placeholder.encrypted
    mark = buyer.mark()
    await town.buys(buyer, room, placeholder)
    arrived = await town.goods(buyer, 2, after=mark)
    assert all(event.encrypted for event in arrived)
    assert [await buyer.open(event) for event in arrived] == [file.data for file in goods]
    assert (await buyer.open_thumbnail(arrived[0])).startswith(b"\xff\xd8")


async def test_teaser_and_free_preview_give_the_homeserver_nothing(town: EncryptedTown) -> None:
    guest = await town.buyer()
    room = await town.room(guest)
    paid, free = photo("paid.jpg", seed=3), photo("free.jpg", seed=4)
    heard = town.seller.mark()
    for file in (paid, free):
        await town.seller.send_file(town.studio, file)
    await town.hears(town.seller, town.studio, "free.jpg: photo", after=heard)
    for words in ("free 2", "5 USD Two pictures", f"publish {room}"):
        await town.seller.say(town.studio, words)
    preview = await guest.wait_for(lambda event: event.body == "free.jpg", room_id=room)
    assert "url" not in preview.content
    assert await guest.open(preview) == free.data
    teaser = next(event for event in guest.heard(room) if event.body == "pixelated.png")
    assert "url" not in teaser.content
    assert (await guest.open(teaser)).startswith(b"\x89PNG")


async def test_a_strict_client_reads_the_bot_and_is_read_by_it(town: EncryptedTown) -> None:
    buyer = await town.buyer()
    room = await town.room(buyer)
    picture = photo("strict.jpg", seed=5)
    placeholder = await town.publishes(room, picture)
    code = next(w for w in placeholder.body.split() if len(w) == 11 and w[5] == "-")
    account = await town.town.synapse.register(town.name("jane"))
    async with JsBuyer.online(town.town.synapse.url, account, mode="signed") as js:
        chat = await js.chat_with(town.bot)
        welcome = await heard_by(js, town.bot, "Hello!")
        assert (welcome["encrypted"], welcome["signed_by_owner"]) == (True, True)
        assert not welcome.get("shield")
        await js.say(chat, f"!ppv buy {code}")
        offer = await heard_by(js, town.bot, "?for=")
        assert "Paid" in await pay(link_in(offer["body"]))
        goods = await js.wait_for(lambda line: "file" in line, seconds=PATIENCE)
    assert goods["file"] == {"sha256": picture.sha256, "size": len(picture.data)}
    assert "sha256" in goods["thumbnail_file"]
    assert (goods["encrypted"], goods["signed_by_owner"]) == (True, True)


async def test_a_flag_in_an_encrypted_room_answers_with_the_way_to_the_studio(
    town: EncryptedTown,
) -> None:
    room = await town.room()
    flag = await town.seller.say(room, "!ppv 5 USD")
    answer = await town.hears(town.seller, room, "out of others' sight")
    assert answer.relates_to == {"m.in_reply_to": {"event_id": flag}}
    assert answer.encrypted


async def test_both_devices_of_a_buyer_open_it_and_a_late_one_gets_it_again(
    town: EncryptedTown,
) -> None:
    account = await town.town.synapse.register(town.name("tess"))
    phone = await town.town.cast.log_in(account)
    laptop = await town.town.cast.log_in(account)
    room = await town.room(phone)
    picture = photo("twice.jpg", seed=6)
    placeholder = await town.publishes(room, picture)
    chat = await town.buys(phone, room, placeholder)
    for device in (phone, laptop):
        (event,) = await town.goods(device, 1)
        assert await device.open(event) == picture.data
    tablet = await town.town.cast.log_in(account)
    mark = tablet.mark()
    listed = next(w for w in placeholder.body.split() if len(w) == 11 and w[5] == "-")
    await tablet.say(chat, f"!ppv library {listed}")
    (again,) = await town.goods(tablet, 1, after=mark)
    assert await tablet.open(again) == picture.data


async def test_room_state_and_names_of_a_direct_room_say_nothing(town: EncryptedTown) -> None:
    buyer = await town.buyer()
    room = await town.room(buyer)
    placeholder = await town.publishes(room, photo("quiet.jpg", seed=7))
    chat = await town.buys(buyer, room, placeholder)
    await town.goods(buyer, 1)
    events = buyer.heard(chat)
    assert {"m.room.name", "m.room.topic", "m.room.avatar"}.isdisjoint(e.type for e in events)
    assert all(e.encrypted for e in events if e.type == "m.room.message")


async def test_every_event_of_the_bot_can_be_found_by_its_mark_and_the_mark_tells_nothing(
    town: EncryptedTown,
) -> None:
    buyer = await town.buyer()
    chat = await buyer.open_direct_room(town.bot, encrypted=True)
    answer = await town.hears(buyer, chat, "Hello!")
    path = ("rooms", chat, "event", answer.event_id)
    raw = await buyer.session.request("GET", *path)
    assert raw["type"] == "m.room.encrypted"
    mark = raw["content"]["io.github.matrix_ppv.tx"]
    assert re.fullmatch(r"ppv-[0-9a-z]{26}", mark)
