"""An attacker on another homeserver wants links, sign-ins and goods that are meant for somebody here."""

import sqlite3
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from sandbox.browser import Browser
from sandbox.clients import MatrixUser, RoomEvent
from sandbox.sample_media import photo
from tests.adversary.hostile_homeserver import HostileHomeserver, TwoTowns, open_two_towns
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.market import SELLER, Market

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]
PATIENCE = 60.0
_MARK = "io.github.matrix_ppv.opened_for"
_LIBRARY = "bought anything yet"
_BLOCK = "m.invite_permission_config"
_CLEAR: dict[str, Any] = {"encryption": {"direct_rooms": "off"}}
"""Without encryption whatever reaches a room can be read by the attacker, so a leak is seen for certain."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def towns(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoTowns]:
    async with open_two_towns(tmp_path_factory.mktemp("towns"), changes=_CLEAR) as towns:
        yield towns


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(towns: TwoTowns) -> Market:
    seller = await towns.here.cast.register(SELLER)
    studio = await seller.open_direct_room(towns.here.bot)
    await seller.wait_for_member(studio, towns.here.bot, seconds=PATIENCE)
    return Market(towns.here, seller, studio, count(1), PATIENCE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mallory(towns: TwoTowns) -> MatrixUser:
    return await towns.evil.introduce("mallory")


def secrets_heard(person: MatrixUser) -> list[str]:
    """Addresses of links and keys of files in what somebody could read, wherever."""
    return [
        event.body
        for event in person.heard()
        if "?for=" in event.body or "?with=" in event.body or "file" in event.content
    ]


async def swept(towns: TwoTowns) -> bool:
    """Whether an invitation was taken from stripped state."""
    database = towns.here.product.configuration.folder / "ppv.db"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        query = "SELECT COUNT(*) FROM inbox WHERE source = 'event' AND id LIKE '$invitation-%'"
        return bool(connection.execute(query).fetchone()[0])


def link_in(event: RoomEvent) -> str:
    return next(word for word in event.body.split() if "?for=" in word)


async def bot_says(person: MatrixUser, bot: str, room: str, words: str) -> RoomEvent:
    return await person.wait_for(
        lambda event: event.sender == bot and words in event.body, room_id=room, seconds=PATIENCE
    )


async def invites(evil: HostileHomeserver, mallory: MatrixUser, bot: str, **room: Any) -> str:
    """A room of the attacker's, with the bot in it."""
    made = await evil.create_room(mallory, invite=[bot], **room)
    await mallory.wait_for_member(made, bot, seconds=PATIENCE)
    return made


async def test_by_forging_who_invites_the_bot(
    towns: TwoTowns, market: Market, mallory: MatrixUser
) -> None:
    """Joins are held until the bot has taken the forged invitation from stripped state as well."""
    bot, product = towns.here.bot, towns.here.product
    await product.stop()
    room = await towns.evil.create_room(mallory)
    towns.evil.forge_inviter(room, market.seller.user_id, bot)
    towns.evil.hold_joins(room)
    await mallory.invite(room, bot)
    await product.restart()
    await eventually(lambda: swept(towns))
    towns.evil.release_joins(room)
    await mallory.wait_for_member(room, bot, seconds=PATIENCE)
    await bot_says(mallory, bot, room, "!ppv help")
    heard = market.seller.mark()
    await market.seller.say(market.studio, "studio")

    async def link_came() -> bool:
        return bool(secrets_heard(market.seller) or secrets_heard(mallory))

    await eventually(link_came, PATIENCE)
    assert not secrets_heard(mallory)
    link = await market.hears(market.seller, None, "?with=", after=heard)
    assert link.room_id == market.studio
    assert not secrets_heard(mallory)


async def test_by_copying_the_mark_of_rooms_that_the_bot_makes(
    towns: TwoTowns, market: Market, mallory: MatrixUser
) -> None:
    bot, bob = towns.here.bot, await market.buyer()
    shop = await market.room(bob)
    placeholder = await market.publishes(shop, photo("mark.jpg", seed=11))
    blocks = ("user", bob.user_id, "account_data", _BLOCK)
    await bob.session.request("PUT", *blocks, body={"default_action": "block"})
    await bob.react(shop, placeholder.event_id, "🔓")
    await bot_says(bob, bot, shop, "could not invite you")
    trap = await invites(towns.evil, mallory, bot, creation_content={_MARK: bob.user_id})
    await bob.session.request("PUT", *blocks, body={"default_action": "allow"})
    code = placeholder.body.partition("!ppv buy ")[2].split()[0].strip("`.")
    await bob.say(shop, f"!ppv buy {code}")
    await bob.wait_for_direct_room(bot, seconds=PATIENCE)
    link = await market.hears(bob, None, "?for=")
    await market.pays(link_in(link))
    (goods,) = await market.goods(bob, 1)
    assert goods.room_id != trap
    assert not secrets_heard(mallory)


async def test_by_calling_a_public_room_a_direct_chat(
    towns: TwoTowns, market: Market, mallory: MatrixUser
) -> None:
    bot, eve = towns.here.bot, await towns.evil.introduce("eve")
    room = await invites(towns.evil, mallory, bot, preset="public_chat", direct=True)
    await eve.join(room)
    await mallory.say(room, "library")
    await mallory.say(room, "!ppv library")
    chat = await mallory.wait_for_direct_room(bot, seconds=PATIENCE)
    await bot_says(mallory, bot, chat, _LIBRARY)
    assert chat != room
    assert not [event for event in eve.heard() if _LIBRARY in event.body]


SPOILED: dict[str, tuple[str, dict[str, Any]]] = {
    "open to all": ("m.room.join_rules", {"join_rule": "public"}),
    "readable": ("m.room.history_visibility", {"history_visibility": "world_readable"}),
    "upgraded": ("m.room.tombstone", {"body": "moved", "replacement_room": "!new:evil"}),
}


@pytest.mark.parametrize("how", SPOILED)
async def test_by_having_a_chat_opened_up_before_the_goods_come(
    towns: TwoTowns, market: Market, how: str
) -> None:
    bot, bob = towns.here.bot, await market.buyer()
    chat = await bob.open_direct_room(bot)
    await bob.wait_for_member(chat, bot, seconds=PATIENCE)
    type_, content = SPOILED[how]
    await bob.session.request("PUT", "rooms", chat, "state", type_, "", body=content)
    await bob.say(chat, "!ppv library")
    await bob.join(await bob.wait_for_invite(bot, seconds=PATIENCE))
    told = await market.hears(bob, None, "takes the place of the one that we had")
    assert told.room_id != chat
    library = await market.hears(bob, None, _LIBRARY)
    assert library.room_id == told.room_id
    await bot_says(bob, bot, chat, "not ours alone any more")


async def test_by_being_brought_into_the_chat_between_payment_and_delivery(
    towns: TwoTowns, market: Market, mallory: MatrixUser
) -> None:
    bot, bob = towns.here.bot, await market.buyer()
    chat = await bob.open_direct_room(bot)
    await bob.wait_for_member(chat, bot, seconds=PATIENCE)
    shop = await market.room(bob)
    placeholder = await market.publishes(shop, photo("between.jpg", seed=12))
    link = await market.link(bob, shop, placeholder)
    async with Browser.open() as browser:
        checkout = await browser.submit(await browser.visit(link))
        await bob.invite(chat, mallory.user_id)
        await mallory.wait_for_invite(bob.user_id, seconds=PATIENCE)
        await mallory.join(chat)
        before = len(secrets_heard(mallory))
        await browser.submit(checkout, {"card": "4242 4242 4242 4242", "action": "pay"})
    await bob.join(await bob.wait_for_invite(bot, seconds=PATIENCE))
    (goods,) = await market.goods(bob, 1)
    assert goods.room_id != chat
    assert len(secrets_heard(mallory)) == before
