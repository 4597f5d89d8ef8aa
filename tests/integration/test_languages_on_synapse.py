"""A whole sale in German, on a real homeserver, while the room hears English."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.clients import MatrixUser
from sandbox.sample_media import photo
from tests.support.synapse.market import Market, open_market

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    async with open_market(tmp_path_factory.mktemp("town")) as market:
        yield market


async def who_speaks(market: Market, language: str) -> tuple[MatrixUser, str]:
    """A buyer, and their direct room, after the bot was asked for that language."""
    buyer = await market.buyer()
    chat = await buyer.open_direct_room(market.bot)
    await market.hears(buyer, chat, "Hello! I sell photos")
    await buyer.say(chat, f"!ppv lang {language}")
    return buyer, chat


async def test_a_german_buyer_walks_through_a_german_sale(market: Market) -> None:
    buyer, chat = await who_speaks(market, "deutsch")
    await market.hears(buyer, chat, "spreche ich von jetzt an Deutsch mit dir")
    room = await market.room(buyer)
    goods = photo("harbour.jpg", seed=41)
    placeholder = await market.publishes(room, goods)
    assert "To buy, react with 🔓" in placeholder.body
    link = await market.link(buyer, room, placeholder)
    offered = await market.hears(buyer, chat, "?for=")
    assert "🔓 Freischalten für 5,00 USD" in offered.body
    assert "Sobald es bezahlt ist, schicke ich es dir genau hierher." in offered.body
    await market.pays(link)
    await market.hears(buyer, chat, "Danke! Hier ist, was du von")
    (arrived,) = await market.goods(buyer, 1)
    assert await buyer.open(arrived) == goods.data
    receipt = await market.hears(buyer, chat, "🧾 Bezahlt: 5,00 USD")
    assert "innerhalb von 14 Tagen" in receipt.body
    await buyer.say(chat, "!ppv library")
    await market.hears(buyer, chat, "Das hast du gekauft:")
    await buyer.say(chat, "!ppv libary")
    await market.hears(buyer, chat, "Meintest du !ppv library?")
    await buyer.say(room, "!ppv byu")
    await market.hears(buyer, room, "Did you mean !ppv buy?")
    english = [each.body for each in buyer.heard(chat) if each.sender == market.bot]
    after = english[next(n for n, body in enumerate(english) if "Deutsch mit dir" in body) :]
    assert not [body for body in after if " the " in f" {body} "]


async def test_another_speaks_french_at_the_same_time(market: Market) -> None:
    buyer, chat = await who_speaks(market, "français")
    await market.hears(buyer, chat, "je vous parle désormais en français")
    await buyer.say(chat, "!ppv help")
    told = await market.hears(buyer, chat, "Acheter")
    assert "!ppv lang de Deutsch" in told.body
