"""A thief with the disks wants goods, names and keys: after every journey all files are searched for marks.

Real Synapse: with and without the gate, in clear rooms and in encrypted ones. `MAY_HOLD` says what each place may
hold, and why; whatever else turns up is a fault.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import nio.crypto.attachments
import pytest

import sandbox.cast.attachments
from sandbox.goods import MediaFile, photo
from sandbox.town import Town, open_town
from tests.adversary.canary import Canary, Finding, holds, shows_the_same, spellings
from tests.integration.test_studio_on_synapse import signed_in
from tests.integration.town import SELLER, Market

GATE_IN_CLEAR, CLEAR, GATE_ENCRYPTED = "the gate in clear rooms", "clear rooms", "encrypted rooms"

IN_CLEAR_ROOMS = {
    ("name", "homeserver homeserver.db"),  # what people and the bot say there, the studio included
    ("words", "homeserver homeserver.db"),
}
MAY_HOLD: Mapping[str, set[tuple[str, str]]] = {
    # The words of what is on sale are public: Stripe is told them with each checkout.
    GATE_IN_CLEAR: IN_CLEAR_ROOMS,
    # The bot is no admin, so the homeserver's copies stay, and the seller is told of each.
    CLEAR: IN_CLEAR_ROOMS | {("bytes", "homeserver media"), ("picture", "homeserver media")},
    GATE_ENCRYPTED: set(),
}


@dataclass(slots=True)
class World:
    market: Market
    kind: str
    canary: Canary = field(default_factory=Canary)
    numbers: Any = field(default_factory=lambda: count(1))

    @property
    def town(self) -> Town:
        return self.market.town

    @property
    def encrypted(self) -> bool:
        return self.kind == GATE_ENCRYPTED

    def picture(self, journey: str) -> MediaFile:
        number = next(self.numbers)
        media = photo(f"zanzibar-{journey}-{number}.jpg", seed=200 + 7 * number)
        self.canary.sends(media)
        return media

    def secret_words(self, words: str) -> str:
        self.canary.words.add(words)
        return words

    async def room(self) -> str:
        seller = self.market.seller
        number = next(self.numbers)
        room = await seller.create_room(
            f"Room {number}",
            public=True,
            invite=[self.town.bot],
            encrypted=self.encrypted,
            powers={self.town.bot: 50},
        )
        await seller.wait_for_member(room, self.town.bot, seconds=60)
        return room


def patient_changes(kind: str) -> dict[str, Any]:
    logging = {"level": "debug"}
    direct = {} if kind == GATE_ENCRYPTED else {"encryption": {"direct_rooms": "off"}}
    return {"logging": logging, **direct}


@pytest.fixture(params=[GATE_IN_CLEAR, CLEAR, GATE_ENCRYPTED])
async def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    kind = request.param
    async with open_town(
        tmp_path, sellers=(SELLER,), changes=patient_changes(kind), gate=kind != CLEAR
    ) as town:
        seller = await town.cast.introduce(SELLER)
        studio = await seller.open_direct_room(town.bot, encrypted=kind == GATE_ENCRYPTED)
        await seller.wait_for_member(studio, town.bot, seconds=60)
        world = World(Market(town, seller, studio, count(1), patience=60.0), kind)

        def watched(data: bytes) -> tuple[bytes, dict[str, Any]]:
            ciphertext, keys = nio.crypto.attachments.encrypt_attachment(data)
            world.canary.keys.add(keys["key"]["k"])
            return ciphertext, keys

        monkeypatch.setattr(sandbox.cast.attachments, "encrypt_attachment", watched)
        yield world


async def all_is_done(town: Town) -> None:
    """No job is left that can be done now."""
    database = town.product.configuration.folder / "ppv.db"

    def busy() -> int:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
            sql = "SELECT COUNT(*) FROM jobs WHERE state = 'running' OR (state = 'waiting' AND due_at <= ?)"
            now = connection.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')").fetchone()[0]
            return int(connection.execute(sql, (now,)).fetchone()[0])

    async with asyncio.timeout(120):
        while await asyncio.to_thread(busy):
            pass


async def by_the_studio(world: World) -> None:
    """Put on sale, bought, delivered, taken off sale; another draft is thrown away."""
    market = world.market
    buyer = await market.buyer()
    room = await world.room()
    await buyer.join(room)
    placeholder = await market.publishes(room, world.picture("studio"), words="5 USD Harbour")
    await market.pays(await market.link(buyer, room, placeholder))
    await market.goods(buyer, 1)
    heard = market.seller.mark()
    caption = world.secret_words("a caption that nobody ever publishes")
    await market.seller.send_file(market.studio, world.picture("discarded"), caption=caption)
    await market.hears(market.seller, market.studio, "zanzibar-discarded", after=heard)
    heard = market.seller.mark()
    await market.seller.say(market.studio, "!ppv discard")
    await market.hears(market.seller, market.studio, "The draft is gone", after=heard)


async def by_a_flag(world: World) -> None:
    """Announced, then sent into the room."""
    market = world.market
    room = await world.room()
    await market.seller.say(room, "!ppv 5 USD Flagged")
    await market.hears(market.seller, room, "Send the files for 5.00 USD now")
    await market.seller.send_file(room, world.picture("flagged"))
    await market.seller.say(room, "!ppv done")
    await market.hears(market.seller, room, "!ppv buy")


async def by_the_browser(world: World) -> None:
    """A form without WebCrypto: the draft stays a draft."""
    async with signed_in(world.market) as studio:
        offer, _ = await studio.sends(f"{studio.base}/studio/offers", form="canary")
        await studio.uploads(offer, world.picture("uploaded"))


async def test_no_mark_is_found_where_it_may_not_be(world: World) -> None:
    await by_the_studio(world)
    await by_a_flag(world)
    await by_the_browser(world)
    await all_is_done(world.town)
    found = world.canary.found_in(world.town)
    allowed = MAY_HOLD[world.kind]
    beyond = {each for each in found if (each.kind, each.place) not in allowed}
    assert not beyond
    if world.kind == CLEAR:
        assert Finding("picture", "homeserver media", "x").kind in {each.kind for each in found}
        told = [
            event.body for event in world.market.seller.heard() if "could not delete" in event.body
        ]
        for journey in ("studio", "flagged"):
            assert any(f"zanzibar-{journey}" in words for words in told)


async def test_a_handover_that_waits_gives_nothing_away(world: World) -> None:
    """The gate took it out, and matrix-ppv was killed before it could do anything with it."""
    if world.kind == CLEAR:
        pytest.skip("there is no gate")
    market = world.market
    room = await world.room()
    await market.seller.say(room, "!ppv 5 USD Waiting")
    await market.hears(market.seller, room, "Send the files for 5.00 USD now")
    held = world.picture("held")
    await market.seller.send_file(room, held)
    world.town.product.kill()
    ours = {each for each in world.canary.found_in(world.town) if each.place.startswith("ours")}
    assert not ours


def test_the_search_finds_what_is_there() -> None:
    """In every spelling, and pictures made smaller or otherwise compressed."""
    mark = b"zanzibar-harbour.jpg"
    for spelling in spellings(mark):
        assert holds(b"..." + spelling + b"...", mark)
    large, small = photo("a.jpg", seed=3), photo("a.jpg", width=400, height=267, seed=3)
    assert shows_the_same(small.data, large.data)
    assert large.poster
    assert shows_the_same(large.poster.data, large.data)
