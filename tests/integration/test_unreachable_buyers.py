"""Paid for on a real homeserver, and the buyer cannot be reached: nothing is lost, and it comes as soon as they can."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from sandbox.browser import Browser
from sandbox.clients import MatrixUser
from sandbox.sample_media import photo
from sandbox.synapse.accounts import Account
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.market import Market, open_market

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    async with open_market(tmp_path_factory.mktemp("town")) as market:
        yield market


def obstacles(market: Market) -> set[str]:
    database = market.town.product.configuration.folder / "ppv.db"
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT obstacle FROM deliveries WHERE obstacle IS NOT NULL")
        return {obstacle for (obstacle,) in rows}


async def stands(market: Market, wanted: set[str]) -> bool:
    return obstacles(market) == wanted


async def pays_and_is_gone(
    market: Market, buyer: MatrixUser, *, blocks: bool = False
) -> tuple[str, str]:
    """The buyer is on the payment page, leaves the direct room, and pays. The link, and that room."""
    room = await market.room(buyer)
    seed = sum(map(ord, buyer.user_id))
    placeholder = await market.publishes(room, photo(f"{seed}.jpg", seed=seed))
    link = await market.link(buyer, room, placeholder)
    chat = (await market.hears(buyer, None, "?for=")).room_id
    async with Browser.open() as browser:
        checkout = await browser.submit(await browser.visit(link))
        await buyer.leave(chat)
        if blocks:
            path = ("user", buyer.user_id, "account_data", "m.invite_permission_config")
            await buyer.session.request("PUT", *path, body={"default_action": "block"})
        page = await browser.submit(checkout, {"card": "4242 4242 4242 4242", "action": "pay"})
        assert "Paid" in page.words
    return link, chat


async def test_who_left_is_invited_and_finds_the_goods_on_coming_back(market: Market) -> None:
    buyer = await market.buyer()
    _, chat = await pays_and_is_gone(market, buyer)
    assert await buyer.wait_for_invite(market.bot) == chat
    await eventually(lambda: stands(market, {"not_joined"}))
    await buyer.join(chat)
    assert len(await market.goods(buyer, 1)) == 1
    await eventually(lambda: stands(market, set()))


async def test_who_turns_the_invitation_down_may_open_a_chat_later(market: Market) -> None:
    buyer = await market.buyer()
    _, chat = await pays_and_is_gone(market, buyer)
    assert await buyer.wait_for_invite(market.bot) == chat
    await buyer.leave(chat)
    own = await buyer.open_direct_room(market.bot)
    goods = await market.goods(buyer, 1)
    assert {event.room_id for event in goods} == {own}


async def test_who_takes_no_invitations_reads_it_on_the_page_and_opens_a_chat(
    market: Market,
) -> None:
    buyer = await market.buyer()
    link, _ = await pays_and_is_gone(market, buyer, blocks=True)
    async with Browser.open() as browser:

        async def is_told() -> bool:
            page = await browser.visit(link.replace("?for=", "/claim?for="))
            return "takes no invitations" in page.words

        await eventually(is_told)
    assert "shut" in obstacles(market)
    await buyer.open_direct_room(market.bot)
    assert len(await market.goods(buyer, 1)) == 1


async def test_who_ignores_the_bot_finds_everything_once_they_do_not(market: Market) -> None:
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("ignored.jpg", seed=78))
    link = await market.link(buyer, room, placeholder)
    chat = (await market.hears(buyer, None, "?for=")).room_id
    await ignore(buyer, market.bot)
    await market.pays(link)
    await eventually(lambda: stands(market, set()))
    await ignore(buyer)

    async def is_there() -> bool:
        params = {"dir": "b", "limit": "50"}
        found = await buyer.session.request("GET", "rooms", chat, "messages", params=params)
        return any("file" in event["content"] for event in found["chunk"])

    await eventually(is_there)


async def ignore(buyer: MatrixUser, *ignored: str) -> None:
    path = ("user", buyer.user_id, "account_data", "m.ignored_user_list")
    people: dict[str, dict[str, str]] = {each: {} for each in ignored}
    await buyer.session.request("PUT", *path, body={"ignored_users": people})


async def test_an_account_that_is_gone_holds_nobody_else_up(market: Market, tmp_path: Path) -> None:
    synapse = market.town.synapse
    account = await synapse.register("gone", "a long password")
    async with MatrixUser.online(synapse.url, account, tmp_path) as gone:
        await pays_and_is_gone(market, gone)
        await gone.wait_for_invite(market.bot)
    await deactivate(synapse.url, account)
    buyer = await market.buyer()
    room = await market.room(buyer)
    placeholder = await market.publishes(room, photo("other.jpg", seed=77))
    await market.pays(await market.link(buyer, room, placeholder))
    assert len(await market.goods(buyer, 1)) == 1


async def deactivate(homeserver: str, account: Account) -> None:
    identifier = {"type": "m.id.user", "user": account.name}
    proof = {
        "type": "m.login.password",
        "identifier": identifier,
        "password": account.password,
    }
    async with aiohttp.ClientSession(homeserver, raise_for_status=True) as session:
        async with session.post("/_matrix/client/v3/login", json=proof) as answer:
            token = (await answer.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        path = "/_matrix/client/v3/account/deactivate"
        async with session.post(path, json={"auth": proof}, headers=headers):
            pass
