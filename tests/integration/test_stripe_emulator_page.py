"""The hosted page as a browser without scripts uses it."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.support.synapse.stripe_world import HandClock, World, open_world, the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def world(clock: HandClock) -> AsyncIterator[World]:
    async with open_world(clock=clock) as opened:
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


async def look(browser: aiohttp.ClientSession, url: str | None) -> str:
    async with browser.get(url or "") as page:
        return await page.text()


async def press(
    browser: aiohttp.ClientSession, url: str | None, action: str, **fields: str
) -> tuple[int, str, str]:
    """Status, where it leads, and what it says."""
    form: dict[str, Any] = {"action": action, **fields}
    async with browser.post(url or "", data=form, allow_redirects=False) as page:
        return page.status, page.headers.get("Location", ""), await page.text()


async def test_the_page_says_what_is_bought_and_that_nothing_is_real(
    world: World, browser: aiohttp.ClientSession
) -> None:
    session = await world.session()
    page = await look(browser, session.url)

    assert "EMULATED - no real money" in page
    assert "Paid message from Alice" in page
    assert "5.00 USD" in page
    assert "You receive the content at once." in page
    assert 'href="http://shop.example/cancelled?p=1"' in page
    assert "<script" not in page


async def test_what_the_seller_wrote_is_shown_as_text(
    world: World, browser: aiohttp.ClientSession
) -> None:
    session = await world.session(custom_text={"submit": {"message": "<b>bold</b>"}})
    assert "&lt;b&gt;bold&lt;/b&gt;" in await look(browser, session.url)


async def test_paying_leads_to_the_success_page_after_the_shop_was_told(
    world: World, browser: aiohttp.ClientSession
) -> None:
    session = await world.session()
    status, address, _ = await press(browser, session.url, "pay", card="4242 4242 4242 4242")

    assert status == 303
    assert address == f"http://shop.example/success?session_id={session.id}"
    assert "checkout.session.completed" in world.shop.types


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ("4000 0000 0000 0002", "Your card was declined."),
        ("4000000000009995", "insufficient funds"),
    ],
)
async def test_a_refused_card_is_said_so_and_another_may_be_tried(
    world: World, browser: aiohttp.ClientSession, card: str, message: str
) -> None:
    session = await world.session()
    status, _, page = await press(browser, session.url, "pay", card=card)
    assert status == 200
    assert message in page
    assert 'name="card"' in page

    status, _, _ = await press(browser, session.url, "pay", card="4242424242424242")
    assert status == 303


async def test_numbers_that_are_no_test_cards_are_refused_and_not_shown_again(
    world: World, browser: aiohttp.ClientSession
) -> None:
    session = await world.session()
    _, _, page = await press(browser, session.url, "pay", card="5555 5555 5555 4444")
    assert "not one of the test cards" in page
    assert "5555" not in page
    assert world.stripe.all("charge") == []


@pytest.mark.parametrize(("end", "status"), [("arrive", "paid"), ("fail", "unpaid")])
async def test_a_late_payment_is_settled_on_the_page(
    world: World, browser: aiohttp.ClientSession, end: str, status: str
) -> None:
    session = await world.session()
    code, address, _ = await press(browser, session.url, "later")
    assert (code, address) == (303, f"http://shop.example/success?session_id={session.id}")
    assert "on its way" in await look(browser, session.url)

    await press(browser, session.url, end)

    assert world.stripe.get(session.id)["payment_status"] == status
    shown = "Paid" if end == "arrive" else "The payment failed"
    assert shown in await look(browser, session.url)


async def test_terms_must_be_agreed_to_where_the_seller_asks_for_it(
    world: World, browser: aiohttp.ClientSession
) -> None:
    session = await world.session(consent_collection={"terms_of_service": "required"})
    _, _, page = await press(browser, session.url, "pay", card="4242424242424242")
    assert "Please agree to the terms" in page

    status, _, _ = await press(browser, session.url, "pay", card="4242424242424242", terms="yes")
    assert status == 303
    assert world.stripe.get(session.id)["consent"]["terms_of_service"] == "accepted"


async def test_a_paid_session_is_not_paid_again(
    world: World, browser: aiohttp.ClientSession
) -> None:
    session = await world.session()
    await world.stripe.pay(session.id)

    assert "This checkout is paid" in await look(browser, session.url)
    status, _, page = await press(browser, session.url, "pay", card="4242424242424242")
    assert status == 200
    assert "This checkout is paid" in page
    assert world.stripe.balance("usd") == 500


async def test_an_expired_session_says_so(
    world: World, browser: aiohttp.ClientSession, clock: HandClock
) -> None:
    session = await world.session()
    clock.advance(7 * 3600)
    assert "has expired" in await look(browser, session.url)
    assert world.stripe.get(session.id)["status"] == "expired"


async def test_an_unknown_session_is_not_found(
    world: World, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(f"{world.stripe.url}/c/pay/cs_test_nothing") as page:
        assert page.status == 404
        assert "no such checkout" in await page.text()


async def test_the_page_lets_nothing_in_from_elsewhere(
    world: World, browser: aiohttp.ClientSession
) -> None:
    session = await world.session()
    async with browser.get(session.url or "") as page:
        assert page.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'self'"
        assert page.headers["Cache-Control"] == "no-store"
    async with browser.get(f"{world.stripe.url}/c/style.css") as style:
        assert style.content_type == "text/css"
        assert "prefers-color-scheme: dark" in await style.text()
