"""A seller's sales in the browser: found, counted, drawn, given back."""

import csv
import io
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.money.money import Money
from bot.ids import OfferId, PurchaseId, UserId, code_of, sale_code_of
from bot.messages import Decision, Placeholder, SellerNews
from tests.support.bot_harness import BOB, CAROL, LOUNGE, BotHarness
from tests.support.member_pages_client import Browser, signed_in

PNG = b"\x89PNG a picture of the harbour"


async def sells(house: BotHarness, *buyers: str) -> OfferId:
    """A new offer, bought by all of them."""
    offer = await house.publishes(PNG)
    placeholder = house.store.records.offers[offer].listings[0].placeholder
    assert placeholder
    for buyer in map(UserId, buyers):
        await house.reacts(buyer, LOUNGE, placeholder, "🔓")
        await house.pays(buyer)
    await house.time_passes(days=1)
    return offer


def sale_of(house: BotHarness, buyer: str, offer: OfferId) -> str:
    (purchase,) = [
        each
        for each in house.store.records.purchases.values()
        if (each.buyer, each.offer) == (buyer, offer)
    ]
    return sale_code_of(purchase.id)


async def refunds(browser: Browser, sale: str, **typed: str) -> tuple[int, str]:
    await browser.page("/studio/sales")
    answer = await browser.sends(f"/studio/sales/{sale}/refund", **{"form": "1", **typed})
    return answer.status, await answer.text()


async def test_before_the_first_sale_there_is_nothing_to_see(house: BotHarness) -> None:
    async with signed_in(house) as browser:
        assert "Nothing is sold yet" in await browser.page("/studio/sales")


async def test_sales_are_listed_the_newest_first_with_what_was_earned(house: BotHarness) -> None:
    first = await sells(house, BOB)
    second = await sells(house, BOB, CAROL)
    async with signed_in(house) as browser:
        html = await browser.page("/studio/sales")
    rows = html.partition("the newest first")[2]
    sales = [sale_of(house, *each) for each in [(BOB, first), (BOB, second), (CAROL, second)]]
    assert all(sale in rows for sale in sales)
    assert rows.index(sales[1]) < rows.index(sales[0])
    assert str(CAROL) in rows
    assert rows.count("5.00 USD</td>") == 3
    total = html.partition("Earned: ")[2].partition("<")[0]
    assert total.endswith(" USD")
    assert "<svg" in html
    assert html.count("<tr><td>") == 12 + 13, (
        "every week of the charts stands in their tables as well"
    )


async def test_where_people_drop_out_is_said(house: BotHarness) -> None:
    offer = await sells(house, BOB)
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    async with signed_in(house) as browser:
        await browser.client.get(f"/m/{offer}?for={house.link_of(CAROL)}")
        html = await browser.page("/studio/sales")
    assert "50 % of those who opened their link paid." in html
    assert "between <em>Opened</em> and <em>Checkout</em>: 1." in html
    total = html.partition("<td>All twelve</td>")[2].partition("</tr>")[0]
    assert re.findall(r">([^<]+)</td>", total) == ["2", "1", "1", "1", "50 %"]
    assert 'class="step4"' in html


async def test_before_the_first_sale_it_is_seen_who_looked(house: BotHarness) -> None:
    offer = await house.publishes(PNG)
    await house.reacts(CAROL, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    async with signed_in(house) as browser:
        await browser.client.get(f"/m/{offer}?for={house.link_of(CAROL)}")
        html = await browser.page("/studio/sales")
    assert "Earned: 0.00 USD" in html
    assert "0 % of those who opened their link paid." in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3),
        ("period=2026-11-23", 1),
        ("period=2026-11", 3),
        ("period=2025", 0),
        ("state=paid", 2),
        ("state=refunded", 1),
        ("state=nonsense", 3),
        ("state=paid&period=2026-11-24", 2),
    ],
)
async def test_sales_are_looked_for(house: BotHarness, query: str, found: int) -> None:
    first = await sells(house, BOB)
    await sells(house, BOB, CAROL)
    (purchase,) = [each for each in house.store.records.purchases.values() if each.offer == first]
    await house.stripe_says(house.stripe.gives_back(purchase.payments[0].intent))
    async with signed_in(house) as browser:
        html = await browser.page(f"/studio/sales?{query}")
        assert html.count('<th scope="row"') == found
        html = await browser.page(f"/studio/sales?offer={code_of(first)}")
        assert html.count('<th scope="row"') == 1
        assert "Refunded</span>" in html


@pytest.mark.parametrize("query", ["period=yesterday", "period=2026-13", "offer=%3Cb%3E", "page=x"])
async def test_what_cannot_be_looked_for_is_said(house: BotHarness, query: str) -> None:
    await sells(house, BOB)
    async with signed_in(house) as browser:
        answer = await browser.client.get(f"/studio/sales?{query}")
        html = await answer.text()
        assert answer.status == (200 if query == "page=x" else 409)
        assert "<b>" not in html
        assert html.count('<th scope="row"') == 1


async def test_money_goes_back_with_its_reason(house: BotHarness) -> None:
    offer = await sells(house, BOB)
    async with signed_in(house) as browser:
        status, html = await refunds(
            browser, sale_of(house, BOB, offer), reason="2 photos were blurred"
        )
        assert (status, "Stripe was asked" in html) == (200, True)
        await house.work()
        (request,) = house.stripe.refund_requests
        assert (request.amount, request.note) == (None, "2 photos were blurred")
        assert "Refunded</span>" in await browser.page("/studio/sales")
    assert house.matrix.of(SellerNews)


async def test_a_part_goes_back_and_a_form_sent_twice_is_one_refund(house: BotHarness) -> None:
    offer = await sells(house, BOB)
    async with signed_in(house) as browser:
        for _ in range(2):
            status, _ = await refunds(browser, sale_of(house, BOB, offer), amount="2")
            assert status == 200
            await house.work()
        html = await browser.page("/studio/sales")
    assert "Part refunded</span>" in html
    assert "all of 3.00 USD" in html
    (purchase,) = house.store.records.purchases.values()
    assert purchase.payments[0].refunded == Money(200, "usd")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("6", "more than is left"),
        ("2 EUR", "paid in USD"),
        ("much", "How much?"),
        ("0", "more than nothing"),
        ("2 and thanks", "How much?"),
        ("<script>", "How much?"),
    ],
)
async def test_an_amount_that_cannot_go_back_is_said(
    house: BotHarness, amount: str, words: str
) -> None:
    offer = await sells(house, BOB)
    async with signed_in(house) as browser:
        status, html = await refunds(browser, sale_of(house, BOB, offer), amount=amount)
    assert (status, words in html, "<script>" in html) == (409, True, False)
    assert house.stripe.refund_requests == []


async def test_a_refund_that_stripe_refuses_is_told_in_the_chat(house: BotHarness) -> None:
    offer = await sells(house, BOB)
    house.stripe.poor = True
    async with signed_in(house) as browser:
        await refunds(browser, sale_of(house, BOB, offer))
    await house.work()
    assert "not enough money" in house.matrix.of(Decision)[-1].words
    await house.time_passes(days=2)
    assert len(house.matrix.of(Decision)) == 1
    assert not house.store.records.jobs, "it was asked for, so its refusal ends it"


async def test_nobody_gives_back_what_somebody_else_sold(house: BotHarness) -> None:
    offer = await sells(house, BOB)
    sale = sale_of(house, BOB, offer)
    own = house.store.records.offers[offer]
    house.store.records.offers[offer] = replace(own, seller=CAROL)
    async with signed_in(house) as browser:
        for code in (sale, "S-00000-00000", "nonsense"):
            status, html = await refunds(browser, code)
            assert (status, "no such sale of yours" in html) == (409, True)
        browser.token = ""
        assert (await browser.sends(f"/studio/sales/{sale}/refund")).status == 403
    assert house.stripe.refund_requests == []


async def test_every_movement_comes_as_a_table(house: BotHarness) -> None:
    await sells(house, BOB)
    async with signed_in(house) as browser:
        answer = await browser.client.get("/studio/sales.csv?period=2026-11")
        assert (answer.status, answer.content_type) == (200, "text/csv")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="sales-2026-11.csv"'
        rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
        assert rows[0]["movement"] == "paid"
        assert rows[0]["buyer"] == f"'{BOB}", "spreadsheets run nothing of it"
        answer = await browser.client.get('/studio/sales.csv?period=2026"; x="')
        assert answer.status == 409
        answer = await browser.client.get("/studio/sales.csv?period=2025")
        assert len((await answer.text()).splitlines()) == 1


async def test_many_sales_have_pages(house: BotHarness) -> None:
    await sells(house, BOB)
    (entry,) = [each for each in house.store.records.ledger.values() if each.entry_type == "paid"]
    (purchase,) = house.store.records.purchases.values()
    for number in range(60):
        id_ = PurchaseId(f"{purchase.id[:-3]}{number:03}")
        house.store.records.purchases[id_] = replace(purchase, id=id_)
        house.store.records.ledger[entry.entry_type, str(number)] = replace(
            entry, purchase=id_, reference=str(number), at=entry.at - timedelta(1)
        )
    async with signed_in(house) as browser:
        first = await browser.page("/studio/sales?state=paid")
        second = await browser.page("/studio/sales?state=paid&page=2")
    assert (first.count('<th scope="row"'), second.count('<th scope="row"')) == (50, 11)
    assert "?state=paid&amp;page=2" in first
