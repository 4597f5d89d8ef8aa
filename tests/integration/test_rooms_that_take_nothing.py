"""Paid for, and the buyer's own chat takes nothing from the bot: it is never said to be there, and it comes."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from sandbox.browser import Browser
from sandbox.clients import MatrixUser
from sandbox.sample_media import photo
from tests.integration.test_unreachable_buyers import obstacles
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.market import Market, open_market

pytestmark = pytest.mark.asyncio(loop_scope="module")

Spoil = Callable[[MatrixUser, str], Awaitable[None]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    async with open_market(tmp_path_factory.mktemp("town")) as market:
        yield market


def dead_jobs(market: Market) -> int:
    database = market.town.product.configuration.folder / "ppv.db"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        (number,) = connection.execute("SELECT COUNT(*) FROM jobs WHERE state = 'dead'").fetchone()
        return int(number)


async def mutes(buyer: MatrixUser, chat: str) -> None:
    levels = ("rooms", chat, "state", "m.room.power_levels")
    now = await buyer.session.request("GET", *levels)
    await buyer.session.request("PUT", *levels, body={**now, "events_default": 50, "events": {}})


async def upgrades(buyer: MatrixUser, chat: str) -> None:
    await buyer.session.request("POST", "rooms", chat, "upgrade", body={"new_version": "11"})


@pytest.mark.timeout(300)
@pytest.mark.parametrize("spoil", [mutes, upgrades], ids=["muted", "tombstoned"])
async def test_the_goods_come_to_another_chat_and_nothing_is_said_before(
    market: Market, spoil: Spoil
) -> None:
    buyer = await market.buyer()
    own = await buyer.open_direct_room(market.bot)
    await buyer.wait_for_member(own, market.bot, seconds=market.patience)
    room = await market.room(buyer)
    seed = sum(map(ord, buyer.user_id))
    placeholder = await market.publishes(room, photo(f"{seed}.jpg", seed=seed))
    link = await market.link(buyer, room, placeholder)
    async with Browser.open() as browser:
        checkout = await browser.submit(await browser.visit(link))
        await spoil(buyer, own)
        page = await browser.submit(checkout, {"card": "4242 4242 4242 4242", "action": "pay"})
    heard = 0

    def arrived() -> bool:
        return any("file" in each.content for each in buyer.heard(after=heard))

    async def is_decided() -> bool:
        return arrived() or bool(obstacles(market) & {"held_up", "not_joined"})

    await eventually(is_decided)
    if not arrived():
        async with Browser.open() as browser:
            page = await browser.visit(page.url)
        assert "in your chat now" not in page.words
        await buyer.join(await buyer.wait_for_invite(market.bot))
    (goods,) = await market.goods(buyer, 1)
    assert goods.room_id != own

    async def is_done() -> bool:
        return not obstacles(market) and dead_jobs(market) == 0

    await eventually(is_done)
