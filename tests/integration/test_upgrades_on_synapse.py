"""Rooms are upgraded on a real homeserver, as clients do it, and what is on sale goes along."""

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


async def upgrade(who: MatrixUser, room: str, version: str) -> str:
    """The room that replaces it."""
    answer = await who.session.request(
        "POST", "rooms", room, "upgrade", body={"new_version": version}
    )
    return str(answer["replacement_room"])


@pytest.mark.timeout(300)
@pytest.mark.parametrize("version", ["11", "12"])
async def test_an_offer_goes_along_and_is_bought_in_the_new_room(
    market: Market, version: str
) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    seed = sum(map(ord, buyer.user_id))
    await market.publishes(room, photo(f"{seed}.jpg", seed=seed), words=f"5 USD Sunset {seed}")
    new = await upgrade(market.seller, room, version)
    await buyer.join(new)
    placeholder = await market.hears(buyer, new, f"Sunset {seed}")
    await market.hears(market.seller, market.studio, "has moved to a new room")
    heard = buyer.mark()
    await market.pays(await market.link(buyer, new, placeholder))
    await market.goods(buyer, 1, after=heard)


@pytest.mark.timeout(300)
async def test_a_private_room_is_followed_once_the_bot_is_invited(market: Market) -> None:
    room = await market.seller.create_room("Private", invite=[market.bot])
    await market.seller.wait_for_member(room, market.bot, seconds=market.patience)
    await market.publishes(room, photo("private.jpg", seed=77), words="5 USD In private")
    new = await upgrade(market.seller, room, "11")
    await market.hears(market.seller, market.studio, "where I am not invited")
    await market.seller.invite(new, market.bot)
    await market.hears(market.seller, new, "In private")


@pytest.mark.timeout(300)
async def test_a_direct_chat_goes_on_in_its_replacement(market: Market) -> None:
    buyer = await market.buyer()
    chat = await buyer.open_direct_room(market.bot)
    await buyer.wait_for_member(chat, market.bot, seconds=market.patience)
    new = await upgrade(buyer, chat, "11")
    await buyer.invite(new, market.bot)
    await market.hears(buyer, new, "Our chat goes on here")
    heard = buyer.mark()
    await buyer.say(new, "help")
    await market.hears(buyer, new, "!ppv", after=heard)
