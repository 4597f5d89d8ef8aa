"""Nobody pays twice, and whoever did all the same has the second payment back."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.money.checkout_attempt import CheckoutStatus, Tax, Terms
from bot.domain.money.payment_event import PaymentEventRef
from bot.domain.offers.offer import OfferState
from bot.domain.purchases.purchase import Purchase
from bot.domain.purchases.sale_event import SaleNotification
from bot.ids import CheckoutSessionId, PaymentIntentId, code_of
from bot.messages import (
    Bought,
    BuyerNews,
    Ended,
    Goods,
    Line,
    Placeholder,
    Receipt,
    SellerNews,
    Sold,
)
from bot.services.checkout.start_checkout import CheckoutRules
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    """Bob has his personal link to an offer of Alice's."""
    house = BotHarness()
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    return house


def purchase(house: BotHarness) -> Purchase:
    (only,) = house.store.records.purchases.values()
    return only


def news(house: BotHarness) -> list[SaleNotification]:
    return [each.news for each in house.matrix.of(BuyerNews)]


async def two_checkouts(house: BotHarness) -> tuple[CheckoutSessionId, CheckoutSessionId]:
    """The first one has run out by our clock, and cannot be ended at the processor."""
    house.stripe.expire_fails = True
    first = await house.clicks(BOB)
    (purchase_,) = house.store.records.purchases.values()
    house.store.records.purchases[purchase_.id] = replace(
        purchase_,
        attempts=tuple(replace(each, state=CheckoutStatus.EXPIRED) for each in purchase_.attempts),
    )
    return first, await house.clicks(BOB)


async def test_twenty_clicks_at_once_get_one_checkout(house: BotHarness) -> None:
    link = house.link_of(BOB)
    addresses = await asyncio.gather(*(house.bot.start_checkout(link) for _ in range(20)))
    assert len(set(addresses)) == len(house.stripe.checkouts) == 1


async def test_two_checkouts_paid_are_one_delivery_and_one_refund(house: BotHarness) -> None:
    first, second = await two_checkouts(house)
    await house.stripe_says(house.stripe.pay(first))
    await house.stripe_says(house.stripe.pay(second))
    assert house.stripe.balance() == 500
    assert len(house.matrix.of(Goods)) == len(house.matrix.of(Sold)) == 1
    assert news(house) == [SaleNotification.DUPLICATE_PAYMENT]
    assert purchase(house).has_access


async def test_the_refund_of_a_second_payment_leaves_the_first_ones_goods(
    house: BotHarness,
) -> None:
    """A refunded double payment once cost the valid ticket too."""
    for session in await two_checkouts(house):
        await house.stripe_says(house.stripe.pay(session))
    await house.time_passes(hours=2)
    assert purchase(house).has_access
    assert not house.matrix.redacted
    assert len(house.matrix.of(SellerNews)) == 0


async def test_a_second_payment_that_can_not_go_back_yet_goes_back_later(house: BotHarness) -> None:
    first, second = await two_checkouts(house)
    await house.stripe_says(house.stripe.pay(first))
    house.stripe.poor = True
    await house.stripe_says(house.stripe.pay(second))
    assert house.stripe.balance() == 1000
    house.stripe.poor = False
    await house.time_passes(hours=2)
    assert house.stripe.balance() == 500


async def test_five_doubled_events_and_the_success_page_in_one_moment(house: BotHarness) -> None:
    session = await house.clicks(BOB)
    hint = house.stripe.pay(session)
    hints = [replace(hint, event=f"evt_double_{number % 3}") for number in range(5)]
    await asyncio.gather(
        *(house.bot.receive_payment_event(each) for each in hints),
        house.bot.offer_page_view.after_payment(session),
        house.worker.run_until_empty(),
    )
    await house.work()
    assert len(house.matrix.of(Goods)) == len(house.matrix.of(Receipt)) == 1
    assert len(house.matrix.of(Sold)) == 1
    assert len(house.store.records.ledger) == 1


async def test_news_of_a_refund_before_news_of_the_payment(house: BotHarness) -> None:
    session = await house.clicks(BOB)
    paid = house.stripe.pay(session)
    back = house.stripe.gives_back(PaymentIntentId(f"pi_{session}"))
    await house.stripe_says(back)
    assert not house.matrix.of(Bought)
    await house.stripe_says(paid)
    await house.time_passes(minutes=10)
    assert not purchase(house).has_access
    assert house.stripe.balance() == 0
    assert not house.matrix.of(Goods), "what is not paid any more is not delivered"
    assert sum(each.amount.minor for each in house.store.records.ledger.values()) == 0


async def test_an_older_answer_never_undoes_a_newer_one(house: BotHarness) -> None:
    session = await house.clicks(BOB)
    await house.stripe_says(house.stripe.pay(session))
    intent = PaymentIntentId(f"pi_{session}")
    before = house.stripe.payments[intent]
    await house.stripe_says(house.stripe.gives_back(intent))
    house.stripe.payments[intent] = before
    await house.stripe_says(PaymentEventRef(event="evt_late", about=intent, is_checkout=False))
    assert not purchase(house).has_access


async def test_a_new_price_ends_the_checkouts_at_the_old_one(house: BotHarness) -> None:
    session = await house.clicks(BOB)
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(ALICE, STUDIO, f"!ppv price {code} 7 USD")
    assert house.stripe.checkouts[session].state is CheckoutStatus.EXPIRED
    assert house.matrix.of(Placeholder)[-1].price == "7.00 USD"
    again = await house.clicks(BOB)
    await house.stripe_says(house.stripe.pay(again))
    assert house.stripe.balance() == 700
    assert purchase(house).has_access


async def test_who_paid_before_the_new_price_was_heard_of_has_bought(house: BotHarness) -> None:
    session = await house.clicks(BOB)
    house.stripe.pay(session)
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(ALICE, STUDIO, f"!ppv price {code} 7 USD")
    assert purchase(house).has_access
    assert len(house.matrix.of(Goods)) == 1


async def test_an_offer_that_is_withdrawn_can_not_be_paid_any_more(house: BotHarness) -> None:
    session = await house.clicks(BOB)
    (offer,) = house.store.records.offers
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    assert house.store.records.offers[offer].state is OfferState.WITHDRAWN
    assert house.stripe.checkouts[session].state is CheckoutStatus.EXPIRED
    assert len(house.matrix.of(Ended)) == 1
    with pytest.raises(Exception, match="sale"):
        await house.bot.start_checkout(house.link_of(BOB))


async def test_who_bought_keeps_what_is_withdrawn(house: BotHarness) -> None:
    await house.pays(BOB)
    (offer,) = house.store.records.offers
    await house.says(ALICE, STUDIO, f"!ppv withdraw {code_of(offer)}")
    await house.says(BOB, house.direct(BOB), f"library {code_of(offer)}")
    assert len(house.matrix.of(Goods)) == 2


async def test_money_that_takes_days_is_announced_and_then_delivered(house: BotHarness) -> None:
    session = await house.clicks(BOB)
    await house.stripe_says(house.stripe.pays_later(session))
    assert news(house) == [SaleNotification.PAYMENT_PENDING]
    assert not house.matrix.of(Goods)
    with pytest.raises(Exception, match="on its way"):
        await house.bot.start_checkout(house.link_of(BOB))
    await house.time_passes(days=3)
    await house.stripe_says(house.stripe.pay(session))
    assert len(house.matrix.of(Goods)) == 1


async def test_money_that_never_comes_is_told_and_can_be_tried_again(house: BotHarness) -> None:
    session = await house.clicks(BOB)
    await house.stripe_says(house.stripe.pays_later(session))
    await house.stripe_says(house.stripe.fails_later(session))
    assert news(house) == [SaleNotification.PAYMENT_PENDING, SaleNotification.PAYMENT_FAILED]
    await house.pays(BOB)
    assert len(house.matrix.of(Goods)) == 1


async def test_a_checkout_that_ran_out_can_be_begun_again_for_ever(house: BotHarness) -> None:
    for _ in range(4):
        await house.stripe_says(house.stripe.lapses(await house.clicks(BOB)))
        await house.time_passes(days=30)
    await house.pays(BOB)
    assert purchase(house).has_access


async def test_what_no_webhook_brought_is_found_by_the_clock(house: BotHarness) -> None:
    house.stripe.pay(await house.clicks(BOB))
    await house.time_passes(minutes=3)
    assert len(house.matrix.of(Goods)) == 1


async def test_a_refund_that_no_webhook_brought_is_read_in_the_processors_record(
    house: BotHarness,
) -> None:
    await house.bot.reconcile.begin()
    session = await house.pays(BOB)
    house.stripe.gives_back(PaymentIntentId(f"pi_{session}"))
    assert purchase(house).has_access
    await house.time_passes(hours=1, minutes=6)
    assert not purchase(house).has_access


async def test_terms_are_kept_with_version_and_time_and_end_the_right_to_withdraw() -> None:
    house = BotHarness()
    terms = Terms(version="2026-1", text="At once, no way back.", url="https://ppv.test/terms")
    house.restart(checkout=CheckoutRules(terms=terms))
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    (payment,) = purchase(house).payments
    assert payment.consent is not None
    assert payment.consent.version == "2026-1"
    assert house.matrix.of(Receipt)[0].terms == terms
    code = house.matrix.of(Placeholder)[-1].code
    await house.says(BOB, house.direct(BOB), f"cancel {code} yes")
    assert "your right to withdraw ends" in house.matrix.of(Line)[-1].words
    assert house.stripe.balance() == 500


@pytest.mark.parametrize(("tax", "paid"), [(Tax.ADDED, "6.00 USD"), (Tax.INCLUDED, "5.00 USD")])
async def test_the_receipt_names_the_tax(tax: Tax, paid: str) -> None:
    house = BotHarness()
    house.restart(checkout=CheckoutRules(tax=tax))
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    (receipt,) = house.matrix.of(Receipt)
    assert receipt.price == paid
    assert receipt.tax is not None
