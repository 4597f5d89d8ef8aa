"""The buyer's pages with everything real behind them: asked on the page, told live, sent again."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from sandbox.browser import Browser
from sandbox.clients import RoomEvent
from sandbox.sample_media import photo
from tests.support.synapse.market import Market, open_market

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    async with open_market(tmp_path_factory.mktemp("town")) as market:
        yield market


def page_of(placeholder: RoomEvent) -> str:
    return next(word for word in placeholder.body.split() if "/m/" in word)


async def test_whoever_is_in_the_room_is_written_to_and_nobody_else(market: Market) -> None:
    member, stranger = await market.buyer(), await market.buyer()
    room = await market.room(member)
    placeholder = await market.publishes(room, photo("quay.jpg", seed=21))
    async with Browser.open() as browser:
        page = await browser.visit(page_of(placeholder))
        answers = {
            (await browser.submit(page, {"who": who})).words
            for who in (stranger.user_id, "@nobody:" + market.bot.partition(":")[2], member.user_id)
        }
    assert len(answers) == 1, "the same for everybody"
    chat = await member.wait_for_direct_room(market.bot, seconds=market.patience)
    link = await market.hears(member, chat, "Your Matrix ID was typed on the page")
    assert "?for=" in link.body
    assert not [each for each in stranger.heard() if each.sender == market.bot]


async def test_the_page_after_payment_tells_when_it_has_come_and_it_is_sent_again(
    market: Market,
) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("mole.jpg", seed=22))
    link = await market.link(buyer, room, placeholder)
    paid = await market.pays(link)
    news = paid.url.replace("/success?", "/success/news?")
    async with aiohttp.ClientSession() as session, session.get(news) as stream:
        told = (await stream.read()).decode()
    assert told.rpartition("event: ")[2].startswith("end\n")
    assert "<h1>Paid. It is in your chat now.</h1>" in told
    assert len(await market.goods(buyer, 1)) == 1
    async with Browser.open() as browser:
        page = await browser.visit(link)
        page = await browser.submit(page)
    assert "You have bought this." in page.words, "pressed too soon after it came: nothing is sent"
    assert len(await market.goods(buyer, 1)) == 1


async def test_a_free_preview_is_for_everybody(market: Market) -> None:
    picture = photo("free.jpg", seed=23)
    room = await market.room()
    heard = market.seller.mark()
    for file in (photo("sold.jpg", seed=24), picture):
        await market.seller.send_file(market.studio, file)
    await market.hears(market.seller, market.studio, "free.jpg", after=heard)
    await market.seller.say(market.studio, "!ppv free 2")
    await market.seller.say(market.studio, "5 USD Both")
    await market.seller.say(market.studio, f"!ppv publish {room}")
    page = page_of(await market.hears(market.seller, room, "!ppv buy"))
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{page}/free/0") as answer:
            assert answer.content_type == "image/jpeg"
            assert await answer.read() == picture.data
        async with session.get(f"{page}/free/1") as answer:
            assert answer.status == 404
