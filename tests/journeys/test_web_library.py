"""A buyer's library in the browser: seen, sent again, with receipts, by nobody but the buyer."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.money.checkout_attempt import Terms
from bot.ids import OfferId, code_of
from bot.messages import Bought
from bot.services.checkout.start_checkout import CheckoutRules
from tests.support.bot_harness import BOB, CAROL, LOUNGE, BotHarness
from tests.support.member_pages_client import Browser, library_link_for, link_for, signed_in

PNG = b"\x89PNG a picture of the harbour"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
async def offer(house: BotHarness) -> OfferId:
    """Bob has bought it."""
    offer = await house.publishes(PNG, PNG)
    await buys(house, BOB, offer)
    return offer


async def buys(house: BotHarness, buyer: str, offer: OfferId) -> None:
    placeholder = house.store.records.offers[offer].listings[0].placeholder
    assert placeholder
    await house.reacts(type(BOB)(buyer), LOUNGE, placeholder, "🔓")
    await house.pays(type(BOB)(buyer))


@pytest.fixture
async def browser(house: BotHarness, offer: OfferId) -> AsyncIterator[Browser]:
    """Bob's, by the link below his library in the chat."""
    async with signed_in(house, link=await library_link_for(house, BOB)) as browser:
        yield browser


async def test_what_was_bought_is_listed(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    html = await browser.page("/library")
    for words in (
        "Sunset",
        "5.00 USD",
        code_of(offer),
        "@alice:test",
        "2 photos",
        "23 November 2026",
    ):
        assert words in html
    assert 'href="/studio"' not in html, "who may not sell has no studio"
    assert (await browser.client.get("/studio")).status == 403


async def test_it_is_sent_again_once_for_each_press(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    for form, rounds in (("1", 2), ("1", 2), ("2", 3)):
        await browser.page("/library")
        answer = await browser.sends(f"/library/{offer}/again", form=form)
        assert "on its way to your chat once more" in await answer.text()
        await house.work()
        assert len(house.matrix.of(Bought)) == rounds


async def test_what_went_back_is_not_sent_again(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    (purchase,) = house.store.records.purchases.values()
    await house.stripe_says(house.stripe.gives_back(purchase.payments[0].intent))
    html = await browser.page("/library")
    assert "The money went back to you." in html
    assert "Send it again</button>" not in html
    answer = await browser.sends(f"/library/{offer}/again", form="1")
    assert (answer.status, "was refunded" in await answer.text()) == (409, True)
    assert "Went back" in await browser.page(f"/library/{offer}/receipt")


async def test_a_receipt_tells_what_was_paid_and_accepted(house: BotHarness) -> None:
    terms = Terms(version="7", text="My files are sent at once.", url="https://ppv.test/terms")
    house.restart(checkout=CheckoutRules(terms=terms))
    offer = await house.publishes(PNG)
    await buys(house, BOB, offer)
    async with signed_in(house, link=await library_link_for(house, BOB)) as browser:
        html = await browser.page(f"/library/{offer}/receipt")
    (purchase,) = house.store.records.purchases.values()
    for words in (
        *("5.00 USD", code_of(offer), "@alice:test", str(BOB), "23 November 2026, 12:00 UTC"),
        *(purchase.payments[0].intent, "terms, version 7", "My files are sent at once."),
    ):
        assert words in html


async def test_nobody_sees_or_sends_what_somebody_else_bought(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    await house.time_passes(seconds=1)
    other = await house.publishes(PNG + b"2")
    await buys(house, CAROL, other)
    assert code_of(other) not in await browser.page("/library")
    assert (await browser.client.get(f"/library/{other}/receipt")).status == 404
    assert (await browser.client.get("/library/nonsense/receipt")).status == 404
    assert (await browser.sends(f"/library/{other}/again", form="1")).status == 409
    await house.work()
    assert len(house.matrix.of(Bought)) == 2
    browser.token = ""
    assert (await browser.sends(f"/library/{offer}/again", form="1")).status == 403


async def test_an_empty_library_says_how_to_begin(house: BotHarness, offer: OfferId) -> None:
    async with signed_in(house, link=await link_for(house)) as browser:
        assert "Nothing here yet" in await browser.page("/library")


async def test_words_are_words_and_no_markup(
    house: BotHarness, browser: Browser, offer: OfferId
) -> None:
    own = house.store.records.offers[offer]
    await house.bot.edit_offer.reword(offer, MARKUP, own.seller)
    for path in ("/library", f"/library/{offer}/receipt"):
        html = await browser.page(path)
        assert (MARKUP in html, "&lt;script&gt;" in html) == (False, True)
