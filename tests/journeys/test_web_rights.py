"""What the law gives people, in the browser: giving a purchase back, a copy of one's data, being deleted."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.purchases.purchase import Access
from bot.domain.purchases.sale_event import SaleNotification
from bot.ids import OfferId, code_of
from bot.messages import Line, SellerNews
from tests.support.bot_harness import BOB, CAROL, LOUNGE, BotHarness
from tests.support.member_pages_client import Browser, library_link_for, signed_in

PNG = b"\x89PNG a picture of the harbour"
DATA = "/library/data"


@pytest.fixture
async def house() -> BotHarness:
    """Bob has bought something."""
    house = BotHarness()
    offer = await house.publishes(PNG)
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer)}")
    await house.pays(BOB)
    return house


@pytest.fixture
async def browser(house: BotHarness) -> AsyncIterator[Browser]:
    async with signed_in(house, link=await library_link_for(house, BOB)) as browser:
        yield browser


def offer_of(house: BotHarness) -> OfferId:
    return next(iter(house.store.records.offers))


# --- giving it back


async def test_it_is_given_back_as_of_right(house: BotHarness, browser: Browser) -> None:
    offer = offer_of(house)
    assert f"/library/{offer}/cancel" in await browser.page("/library")
    html = await browser.page(f"/library/{offer}/cancel")
    assert "until 7 December 2026" in html
    assert house.stripe.balance() == 500, "looking takes nothing back"
    answer = await browser.sends(f"/library/{offer}/cancel")
    assert "Your purchase is cancelled" in await answer.text()
    await house.work()
    (purchase,) = house.store.records.purchases.values()
    assert (house.stripe.balance(), purchase.access) == (0, Access.REVOKED)
    assert f"/library/{offer}/cancel" not in await browser.page("/library")


async def test_too_late_the_seller_is_asked(house: BotHarness, browser: Browser) -> None:
    offer = offer_of(house)
    await house.time_passes(days=15)
    async with signed_in(house, link=await library_link_for(house, BOB)) as later:
        html = await later.page(f"/library/{offer}/cancel")
        assert ("too late" in html, "Give it back for" in html) == (True, False)
        for form in ("1", "1", "2"):
            answer = await later.sends(f"/library/{offer}/ask", form=form, words="It is <blurred>.")
            assert answer.status == (409 if form == "2" else 200)
        refused = await later.sends(f"/library/{offer}/cancel")
        assert (refused.status, "too late" in await refused.text()) == (409, True)
    await house.work()
    (told,) = house.matrix.of(SellerNews)
    assert (told.news, told.words) == (SaleNotification.REFUND_REQUESTED, "It is <blurred>.")
    assert house.stripe.balance() == 500


async def test_nobody_gives_back_what_somebody_else_bought(
    house: BotHarness, browser: Browser
) -> None:
    offer = offer_of(house)
    await browser.page("/library")
    token = browser.token
    browser.token = "not ours"
    assert (await browser.sends(f"/library/{offer}/cancel")).status == 403
    assert (await browser.sends(f"/library/{offer}/ask")).status == 403
    browser.token = token
    await house.says(CAROL, LOUNGE, f"!ppv buy {code_of(offer)}")
    async with signed_in(house, link=await library_link_for(house, CAROL)) as carols:
        assert (await carols.client.get(f"/library/{offer}/cancel")).status == 404
        await carols.page("/library")
        assert (await carols.sends(f"/library/{offer}/cancel")).status == 409
    await house.work()
    assert house.stripe.balance() == 500


# --- one's data


async def test_a_copy_is_downloaded_now_and_then(house: BotHarness, browser: Browser) -> None:
    await browser.page(DATA)
    for _ in range(2):
        answer = await browser.sends(f"{DATA}/copy", form="1")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
        assert json.loads(await answer.text())["person"] == BOB
    answer = await browser.sends(f"{DATA}/copy", form="2")
    assert (answer.status, "only a moment ago" in await answer.text()) == (409, True)


async def test_it_is_deleted_in_two_steps_by_typing_ones_name(
    house: BotHarness, browser: Browser
) -> None:
    assert "Delete it for ever" not in await browser.page(DATA)
    answer = await browser.sends(f"{DATA}/delete")
    assert "Delete it for ever" in await answer.text()
    answer = await browser.sends(f"{DATA}/delete/yes", form="1", typed="yes")
    assert (answer.status, "nothing was deleted" in await answer.text()) == (409, True)
    assert BOB in repr(house.store.records)
    answer = await browser.sends(f"{DATA}/delete/yes", form="1", typed=f" {BOB} ")
    assert "You are forgotten" in await answer.text()
    assert (await browser.client.get("/library")).status == 401
    await house.work()
    assert "I no longer know who you are" in house.matrix.of(Line)[-1].words
    assert BOB not in repr(house.store.records)
    assert (await browser.sends(f"{DATA}/delete/yes", form="1", typed=BOB)).status == 401


async def test_it_cannot_be_deleted_in_one_step_or_by_another_website(
    house: BotHarness, browser: Browser
) -> None:
    await browser.page(DATA)
    answer = await browser.sends(f"{DATA}/delete/yes", form="1", typed=BOB)
    assert (answer.status, "forget-me" in await answer.text()) == (409, True)
    browser.token = "not ours"
    for path in ("copy", "delete", "delete/yes"):
        assert (await browser.sends(f"{DATA}/{path}", typed=BOB)).status == 403
    assert BOB in repr(house.store.records.purchases)


async def test_whoever_signed_in_a_while_ago_signs_in_again_first(
    house: BotHarness, browser: Browser
) -> None:
    house.clock.advance(timedelta(minutes=16))
    await browser.page(DATA)
    for path in ("delete", "delete/yes"):
        answer = await browser.sends(f"{DATA}/{path}", form="1", typed=BOB)
        assert "come in by the new link" in await answer.text()
    async with signed_in(house, link=await library_link_for(house, BOB)) as fresh:
        await fresh.page(DATA)
        assert "type <strong>" in await (await fresh.sends(f"{DATA}/delete")).text()


async def test_not_while_something_is_under_way(house: BotHarness, browser: Browser) -> None:
    await house.time_passes(seconds=1)
    second = await house.publishes(PNG + b"2")
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(second)}")
    await house.clicks(BOB)
    await browser.page(DATA)
    answer = await browser.sends(f"{DATA}/delete")
    assert (answer.status, "still under way" in await answer.text()) == (409, True)
