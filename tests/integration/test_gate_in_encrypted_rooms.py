"""The gate in a real Synapse, in rooms that it cannot read: the bot does, before anybody else can."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import nio
import pytest
import pytest_asyncio
import yaml

from sandbox.clients import MatrixUser
from sandbox.environment import open_environment
from sandbox.sample_media import photo
from tests.support.synapse.encrypted_environment import PATIENCE, SELLER, EncryptedTown
from tests.support.synapse.running_doctor import findings

pytestmark = pytest.mark.asyncio(loop_scope="module")
SEND = "Send the files for 5.00 USD now"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedTown]:
    folder = tmp_path_factory.mktemp("town")
    async with open_environment(folder, sellers=(SELLER,), gate=True) as town:
        seller = await town.cast.register(SELLER)
        studio = await seller.open_direct_room(town.bot, encrypted=True)
        await seller.wait_for_member(studio, town.bot, seconds=PATIENCE)
        yield EncryptedTown(town, seller, studio, count(1))


def rows_with(world: EncryptedTown, words: str) -> int:
    """In how many rows of all of the homeserver's tables these words stand."""
    database: Path = world.town.synapse.folder / "homeserver.db"
    found = 0
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        for (table,) in tables:
            for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                found += any(words in str(value) for value in row)
    return found


async def raw_events(person: MatrixUser, room: str) -> list[Mapping[str, Any]]:
    path = ("rooms", room, "messages")
    answer = await person.session.request("GET", *path, params={"dir": "b", "limit": "100"})
    return list(answer["chunk"])


@pytest.fixture
def sent_ciphertexts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that people's apps encrypt."""
    seen: list[str] = []
    encrypt = nio.AsyncClient.encrypt

    def watching(self: nio.AsyncClient, *said: Any) -> tuple[str, dict[str, str]]:
        type_, content = encrypt(self, *said)
        seen.append(content["ciphertext"])
        return type_, content

    monkeypatch.setattr(nio.AsyncClient, "encrypt", watching)
    return seen


async def test_files_are_sold_and_their_ciphertext_is_nowhere(
    world: EncryptedTown, sent_ciphertexts: list[str]
) -> None:
    eve, buyer = await world.buyer(), await world.buyer()
    room = await world.room(eve, buyer)
    said = await world.seller.say(room, "Soon there is something to see.")
    await world.seller.say(room, "!ppv 5 USD Harbour")
    await world.hears(world.seller, room, SEND)
    pictures = [photo(f"held{number}.jpg", seed=70 + number) for number in range(3)]
    before = len(sent_ciphertexts)
    sent = [await world.seller.send_file(room, each) for each in pictures]
    swallowed = sent_ciphertexts[before:]
    between = await world.seller.say(room, "And that was the last one.")
    await world.seller.say(room, "!ppv done")
    placeholder = await world.hears(eve, room, "Harbour")
    assert "3 photos" in placeholder.body
    for words in (said, between):
        assert (await eve.wait_for_event(words)).body, "words pass"
    stored = {event["event_id"]: event for event in await raw_events(eve, room)}
    for event in sent:
        content = stored[event]["content"]
        assert content["ciphertext"] == "AwgAEgA"
        assert content["m.relates_to"]["rel_type"] == "m.replace"
    assert len(swallowed) == 3
    assert [rows_with(world, each) for each in swallowed] == [0, 0, 0]
    assert rows_with(world, sent_ciphertexts[before + 3]) == 1, "what passes is found"
    chat = await world.buys(buyer, room, placeholder)
    goods = await world.goods(buyer, 3)
    assert [await buyer.open(each) for each in goods] == [each.data for each in pictures]
    assert {each.room_id for each in goods} == {chat}


async def test_a_shop_that_is_down_keeps_files_waiting(world: EncryptedTown) -> None:
    """The seller's app tries again by itself."""
    eve = await world.buyer()
    room = await world.room(eve)
    await world.seller.say(room, "!ppv 5 USD Later")
    await world.hears(world.seller, room, SEND)
    world.town.product.kill()
    sending = asyncio.create_task(world.seller.send_file(room, photo("down.jpg", seed=80)))
    theirs = await eve.say(room, "Others talk on.")
    await world.seller.wait_for_event(theirs)
    assert not sending.done()
    await world.town.product.restart()
    stored = await sending
    await world.seller.say(room, "!ppv done")
    assert "1 photo" in (await world.hears(eve, room, "Later")).body
    (event,) = [each for each in await raw_events(eve, room) if each["event_id"] == stored]
    assert event["content"]["ciphertext"] == "AwgAEgA"


async def test_nothing_passes_though_both_sides_are_killed(world: EncryptedTown) -> None:
    eve = await world.buyer()
    room = await world.room(eve)
    await world.seller.say(room, "!ppv 5 USD Twice killed")
    await world.hears(world.seller, room, SEND)
    world.town.product.kill()
    world.town.synapse.kill()
    await world.town.synapse.restart()
    sending = asyncio.create_task(world.seller.send_file(room, photo("first.jpg", seed=82)))
    theirs = await eve.say(room, "It took a moment.")
    await eve.wait_for_event(theirs)
    assert not sending.done()
    await world.town.product.restart()
    await sending
    world.town.product.kill()
    await world.town.product.restart()
    await world.seller.say(room, "!ppv done")
    assert "1 photo" in (await world.hears(eve, room, "Twice killed")).body


async def test_who_has_announced_nothing_is_not_asked_about(world: EncryptedTown) -> None:
    eve = await world.buyer()
    room = await world.room(eve)
    await world.seller.say(room, "!ppv 5 USD Mine")
    await world.hears(world.seller, room, SEND)
    world.town.product.kill()
    theirs = await eve.send_file(room, photo("eves.jpg", seed=84))
    heard = await world.seller.wait_for_event(theirs)
    assert "file" in heard.content
    await world.town.product.restart()


async def test_doctor_tells_what_the_gate_does_and_what_is_wrong_with_it(
    world: EncryptedTown, tmp_path: Path
) -> None:
    config = world.town.product.configuration.file
    well = await findings(config)
    assert well["gate"] == (True, "files for sale never enter rooms, encrypted or not")
    tree = yaml.safe_load(config.read_text())
    spoiled = tmp_path / "config.yaml"
    spoiled.write_text(
        yaml.safe_dump(tree | {"gate": {"secret": "another secret than the gate's"}})
    )
    is_well, words = (await findings(spoiled))["gate"]
    assert not is_well
    assert "gate.secret" in words


async def test_help_tells_the_safest_way_in_this_room(world: EncryptedTown) -> None:
    room = await world.room()
    await world.seller.say(room, "!ppv")
    await world.hears(world.seller, room, "Nobody here sees them.")
