"""A seller's offers in the browser: seen, priced, worded and withdrawn, by nobody but the seller."""

import re

import pytest

from bot.domain.offers.offer import MAX_TEXT_LENGTH, OfferState
from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, code_of
from bot.messages import Ended, Goods, Placeholder
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, RULES, BotHarness
from tests.support.member_pages_client import signed_in

PNG = b"\x89PNG a picture of the harbour"
MARKUP = "<script>alert(1)</script>\"'><b>&amp;{{ 7 * 7 }}"


@pytest.fixture
async def offer(house: BotHarness) -> OfferId:
    return await house.publishes(PNG, PNG)


async def sells_to(house: BotHarness, offer: OfferId) -> None:
    placeholder = house.store.records.offers[offer].listings[0].placeholder
    assert placeholder
    await house.reacts(BOB, LOUNGE, placeholder, "🔓")
    await house.pays(BOB)


async def test_an_empty_studio_says_how_to_begin(house: BotHarness) -> None:
    async with signed_in(house) as browser:
        assert "Nothing here yet" in await browser.page("/studio")


async def test_offers_are_listed_with_state_rooms_price_and_funnel(
    house: BotHarness, offer: OfferId
) -> None:
    await sells_to(house, offer)
    async with signed_in(house) as browser:
        html = await browser.page("/studio")
    for words in ("On sale", code_of(offer), "Sunset", "5.00 USD", "#lounge:test", "2 photos"):
        assert words in html
    assert re.findall(r"<dt>(\w+)</dt><dd>(\d+)</dd>", html) == [
        ("Opened", "0"),
        ("Checkouts", "1"),
        ("Paid", "1"),
        ("Delivered", "1"),
    ]


async def test_the_list_has_pages_the_newest_first(house: BotHarness) -> None:
    for _ in range(21):
        await house.publishes(PNG)
        await house.time_passes(seconds=1)
    newest = max(house.store.records.offers.values(), key=lambda each: each.created_at)
    async with signed_in(house) as browser:
        first, second = await browser.page("/studio"), await browser.page("/studio?page=2")
        assert (first.count("On sale"), second.count("On sale")) == (20, 1)
        assert code_of(newest.id) in first
        for nonsense in ("0", "3", "-1", "x", "9999999999"):
            assert "Page 1 of 2" in await browser.page(f"/studio?page={nonsense}")


async def test_a_new_price_changes_the_rooms_and_is_confirmed(
    house: BotHarness, offer: OfferId
) -> None:
    async with signed_in(house) as browser:
        await browser.page(f"/studio/offers/{offer}")
        answer = await browser.sends(f"/studio/offers/{offer}/price", price="7,50 €")
        assert answer.status == 200
        assert "From now on it costs 7.50 EUR" in await answer.text()
    await house.work()
    (placeholder,) = house.matrix.of(Placeholder)
    assert placeholder.price == "7.50 EUR"


@pytest.mark.parametrize("price", ["", "much", "0.01", "5 XYZ", "5 USD and more", "9" * 40, MARKUP])
async def test_a_price_that_cannot_be_is_said_and_stays_to_be_mended(
    house: BotHarness, offer: OfferId, price: str
) -> None:
    async with signed_in(house) as browser:
        await browser.page(f"/studio/offers/{offer}")
        answer = await browser.sends(f"/studio/offers/{offer}/price", price=price)
        html = await answer.text()
        assert answer.status == 409
        assert 'role="alert"' in html
        assert "<script>" not in html
    assert str(house.store.records.offers[offer].price) == "5.00 USD"


async def test_new_words_reach_the_rooms(house: BotHarness, offer: OfferId) -> None:
    async with signed_in(house) as browser:
        await browser.page(f"/studio/offers/{offer}")
        answer = await browser.sends(f"/studio/offers/{offer}/text", text=f" Dawn\r\n{MARKUP} ")
        html = await answer.text()
        assert (answer.status, "new words" in html) == (200, True)
        assert "<script>" not in html
        assert "<script>" not in await browser.page("/studio")
    await house.work()
    (placeholder,) = house.matrix.of(Placeholder)
    assert placeholder.text == f"Dawn\n{MARKUP}"


async def test_too_many_words_are_refused_and_kept_in_the_form(
    house: BotHarness, offer: OfferId
) -> None:
    async with signed_in(house) as browser:
        await browser.page(f"/studio/offers/{offer}")
        long = "a" * (MAX_TEXT_LENGTH + 1)
        answer = await browser.sends(f"/studio/offers/{offer}/text", text=long)
        html = await answer.text()
        assert answer.status == 409
        assert "4,001 characters" in html
        assert long in html
    assert house.store.records.offers[offer].text == "Sunset"


async def test_it_is_given_to_somebody_for_no_money(house: BotHarness, offer: OfferId) -> None:
    async with signed_in(house) as browser:
        await browser.page(f"/studio/offers/{offer}")
        for to, why in [("bob", "no Matrix ID"), ("@eve:test", "see @eve:test in any room")]:
            answer = await browser.sends(f"/studio/offers/{offer}/present", to=to)
            html = await answer.text()
            assert (answer.status, why in html, f'value="{to}"' in html) == (409, True, True)
        for _ in range(2):
            answer = await browser.sends(f"/studio/offers/{offer}/present", to=f" {BOB} ")
            assert "It is a present now" in await answer.text()
    await house.work()
    await house.comes_into(house.direct(BOB), BOB)
    assert len(house.matrix.of(Goods)) == len(house.store.records.offers[offer].paid)
    assert house.stripe.balance() == 0


async def test_withdrawing_ends_the_sale(house: BotHarness, offer: OfferId) -> None:
    async with signed_in(house) as browser:
        await browser.page(f"/studio/offers/{offer}")
        answer = await browser.sends(f"/studio/offers/{offer}/withdraw")
        html = await answer.text()
        assert "It is off sale" in html
        assert "Change the price" not in html
        again = await browser.sends(f"/studio/offers/{offer}/withdraw")
        assert again.status == 409
        assert "has ended" in await again.text()
    await house.work()
    assert house.store.records.offers[offer].state is OfferState.WITHDRAWN
    assert len(house.matrix.of(Ended)) == 1


async def test_what_is_somebody_elses_is_not_there(house: BotHarness, offer: OfferId) -> None:
    """Not even for those who may do everything: an admin's studio is an admin's own."""
    house.restart(permissions=Permissions({**RULES.permissions.rules, CAROL: Level.ADMIN}))
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    async with signed_in(house, CAROL) as browser:
        assert code_of(offer) not in await browser.page("/studio")
        for path in (f"/studio/offers/{offer}", "/studio/offers/0000000000", "/studio/offers/x"):
            answer = await browser.client.get(path)
            assert answer.status == 404
            for verb in ("price", "text", "withdraw", "present"):
                assert (await browser.sends(f"{path}/{verb}", price="9 USD")).status == 404
    assert str(house.store.records.offers[offer].price) == "5.00 USD"


@pytest.mark.parametrize("verb", ["price", "text", "withdraw", "present"])
async def test_a_form_without_the_right_token_changes_nothing(
    house: BotHarness, offer: OfferId, verb: str
) -> None:
    async with signed_in(house) as browser:
        for token in ("", "x" * 32):
            browser.token = token
            answer = await browser.sends(f"/studio/offers/{offer}/{verb}", price="9 USD")
            assert answer.status == 403
    changed = house.store.records.offers[offer]
    assert (str(changed.price), changed.text, changed.state) == (
        "5.00 USD",
        "Sunset",
        OfferState.OPEN,
    )


async def test_who_signs_out_everywhere_has_a_page_that_does_nothing_any_more(
    house: BotHarness, offer: OfferId
) -> None:
    async with signed_in(house) as browser:
        await browser.page(f"/studio/offers/{offer}")
        await house.bot.login_service.logout_everywhere(ALICE)
        answer = await browser.sends(f"/studio/offers/{offer}/price", price="9 USD")
        assert answer.status == 401
    assert str(house.store.records.offers[offer].price) == "5.00 USD"
