"""Admins, reports and takedowns on a real homeserver; and selling by being in a room."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from sandbox.clients import MatrixUser
from sandbox.environment import open_environment
from sandbox.sample_media import photo
from sandbox.synapse.server import SERVER_NAME
from tests.support.synapse.market import Market

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHANGES: dict[str, dict[str, Any]] = {
    "encryption": {"direct_rooms": "off"},
    "admins": {"room": f"#admins:{SERVER_NAME}", "policy_lists": [f"#bans:{SERVER_NAME}"]},
    "permissions": {
        f"#sellers:{SERVER_NAME}": "seller",
        f"@dora:{SERVER_NAME}": "admin",
    },
}


@dataclass(frozen=True, slots=True)
class Court:
    """A market, and Dora in the admins' room."""

    market: Market
    dora: MatrixUser
    admins: str

    async def says(self, words: str, answer: str) -> str:
        heard = self.dora.mark()
        await self.dora.say(self.admins, f"!ppv admin {words}")
        return (await self.market.hears(self.dora, self.admins, answer, after=heard)).body


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def court(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Court]:
    """Sally sells for she is in the sellers' room, and not by her name."""
    folder = tmp_path_factory.mktemp("town")
    async with open_environment(folder, sellers=(), changes=CHANGES) as town:
        seller, dora = await town.cast.register("sally"), await town.cast.register("dora")
        bans = await dora.create_room("Bans", public=True, alias="bans")
        path = ("rooms", bans, "state", "m.policy.rule.user", "trudy")
        ban = {"entity": f"@trudy*:{SERVER_NAME}", "recommendation": "m.ban", "reason": "spam"}
        await dora.session.request("PUT", *path, body=ban)
        await room_of(town.bot, dora, "sellers")
        admins = await room_of(town.bot, dora, "admins")
        await seller.join(f"#sellers:{SERVER_NAME}")
        studio = await seller.open_direct_room(town.bot)
        await seller.wait_for_member(studio, town.bot)
        yield Court(Market(town, seller, studio, count(1)), dora, admins)


async def room_of(bot: str, admin: MatrixUser, alias: str) -> str:
    room = await admin.create_room(alias.title(), public=True, alias=alias, invite=[bot])
    await admin.wait_for_member(room, bot)
    return room


async def test_an_offer_is_reported_taken_down_and_gone_for_its_buyer(court: Court) -> None:
    market, buyer = court.market, await court.market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("harbour.jpg", seed=7))
    code = placeholder.body.partition("!ppv buy ")[2].split()[0]
    await market.pays(await market.link(buyer, room, placeholder))
    await market.goods(buyer, 1)

    await buyer.say(room, f"!ppv report {code} it is my own photo")
    await market.hears(buyer, None, "is with the people who run this")
    alert = await market.hears(court.dora, court.admins, "reports the offer")
    assert "it is my own photo" in alert.body

    await buyer.say(room, f"!ppv admin takedown {code} hm")
    told = await court.says(f"takedown {code} refund it is Bob's own photo", "is taken down")
    assert "1 of 1 buyers" in told
    await market.hears(buyer, room, f"The offer {code} was taken down")
    await market.hears(buyer, None, "taken the offer down. Their reasons: it is Bob's own photo")
    await market.hears(buyer, None, "asked Stripe to send your money back")
    await market.hears(market.seller, None, "Their reason: it is Bob's own photo")

    heard = buyer.mark()
    await buyer.say(room, f"!ppv library {code}")
    await market.hears(buyer, None, "taken down by the people who run this", after=heard)


async def test_who_is_blocked_or_on_a_policy_list_is_not_answered(court: Court) -> None:
    market, troll = court.market, await court.market.buyer()
    await court.says(f"block {troll.user_id} rude", f"{troll.user_id} is blocked")
    trudy = await market.town.cast.register("trudy1")
    room = await market.room(troll, trudy)
    for person in (troll, trudy):
        await person.say(room, "!ppv help library")
    await market.seller.say(room, "!ppv help buy")
    await market.hears(troll, room, "sends you your own link")
    assert not any("lists what you bought" in said for said in troll.read(room))


async def test_somebody_is_forgotten(court: Court) -> None:
    market, buyer = court.market, await court.market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("pier.jpg", seed=9))
    await market.pays(await market.link(buyer, room, placeholder))
    (goods,) = await market.goods(buyer, 1)
    await market.hears(buyer, goods.room_id, "🧾 Paid")
    await buyer.say(goods.room_id, "forget-me")
    await market.hears(buyer, goods.room_id, "forget-me yes")
    await buyer.say(goods.room_id, "forget-me yes")
    await market.hears(buyer, goods.room_id, "I no longer know who you are")
    await buyer.wait_for_member(goods.room_id, market.bot, "leave")
    database = market.town.product.configuration.folder / "ppv.db"
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        rows = "\n".join(connection.iterdump())
    assert "forgotten.invalid" in rows
    assert buyer.user_id not in rows
