"""Sellers with accounts of their own: opened, asked for, charged, and kept apart."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain.money.connected_account import ApplicationFee
from bot.domain.money.payment_event import PaymentEventRef
from bot.errors import AccountNotSetUp, OperatorError, UserError
from bot.ids import AccountId, sale_code_of
from bot.messages import Alert, Decision, Goods, Line, Listening, Placeholder, Published
from bot.services.checkout.start_checkout import CheckoutRules
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    house.restart(checkout=CheckoutRules(commission=ApplicationFee(1000)))
    await house.open_studio()
    return house


async def connects(house: BotHarness) -> AccountId:
    """Alice has answered all that Stripe asks."""
    await house.says(ALICE, STUDIO, "connect")
    account = house.stripe.accounts[ALICE]
    house.stripe.ready.add(account)
    return account


async def test_the_link_is_for_the_seller_and_comes_anew_each_time(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, "connect")
    assert "https://connect.stripe.com/setup/acct_0" in house.matrix.of(Line)[-1].words
    await house.says(ALICE, STUDIO, "connect")
    assert "https://connect.stripe.com/setup/acct_0" in house.matrix.of(Line)[-1].words
    assert len(house.stripe.accounts) == 1
    await connects(house)
    await house.says(ALICE, STUDIO, "connect")
    assert "Your account is ready" in house.matrix.of(Line)[-1].words


async def test_before_that_nothing_is_sold_and_the_way_is_told(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    await house.says(ALICE, STUDIO, "publish #lounge:test")
    assert "!ppv connect" in house.matrix.of(Line)[-1].words
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    assert "!ppv connect" in house.matrix.of(Line)[-1].words
    assert not house.matrix.of(Published)
    assert not house.matrix.of(Listening)


async def test_a_sale_goes_to_the_sellers_account_less_what_the_house_keeps(
    house: BotHarness,
) -> None:
    account = await connects(house)
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    session = await house.pays(BOB)
    request = house.stripe.request_of(session)
    assert request.account == account
    assert request.commission is not None
    assert request.commission.minor == 50
    assert len(house.matrix.of(Goods)) == 1


async def test_a_refund_is_made_in_the_sellers_account(house: BotHarness) -> None:
    await connects(house)
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    (purchase,) = house.store.records.purchases.values()
    await house.says(ALICE, STUDIO, f"refund {sale_code_of(purchase.id)}")
    assert house.stripe.balance() == 0
    (refund,) = house.stripe._refunds.values()
    assert refund.account == house.stripe.accounts[ALICE]


async def test_an_event_from_another_account_than_the_sellers_unlocks_nothing(
    house: BotHarness,
) -> None:
    await connects(house)
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    hint = house.stripe.pay(await house.clicks(BOB))
    for account in (None, AccountId("acct_mallory")):
        await house.stripe_says(replace(hint, event=f"evt_{account}", account=account))
    assert not house.matrix.of(Goods)
    assert len(house.matrix.of(Alert)) == 2
    await house.stripe_says(hint)
    assert len(house.matrix.of(Goods)) == 1


async def test_what_no_webhook_brought_is_found_in_the_sellers_account(house: BotHarness) -> None:
    await connects(house)
    await house.bot.reconcile.begin()
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    session = await house.pays(BOB)
    house.stripe.gives_back(house.stripe.checkouts[session].payment.intent)  # type: ignore[union-attr]
    await house.time_passes(hours=2)
    (purchase,) = house.store.records.purchases.values()
    assert not purchase.has_access


async def test_a_seller_whom_stripe_turns_away_later_is_not_paid_for_any_more(
    house: BotHarness,
) -> None:
    account = await connects(house)
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    house.stripe.ready.discard(account)
    await house.says(ALICE, STUDIO, "connect")
    with pytest.raises(UserError, match="can't be paid at the moment"):
        await house.bot.start_checkout(house.link_of(BOB))


async def test_where_it_is_off_sellers_are_told_whom_to_ask() -> None:
    house = BotHarness()
    await house.open_studio()
    await house.says(ALICE, STUDIO, "connect")
    assert "Ask them" in house.matrix.of(Line)[-1].words
    assert not house.stripe.accounts


def _account_event(account: AccountId, number: int) -> PaymentEventRef:
    return PaymentEventRef(
        event=f"evt_account_{number}",
        about=account,
        is_checkout=False,
        is_account=True,
        account=account,
    )


async def test_a_restricted_seller_and_admins_are_told_once_and_again_when_it_is_over(
    house: BotHarness,
) -> None:
    account = await connects(house)
    await house.says(ALICE, STUDIO, "connect")
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    house.stripe.ready.discard(account)
    for number in range(3):
        await house.stripe_says(_account_event(account, number))
    assert ["takes no payments" in each.words for each in house.matrix.of(Decision)] == [True]
    assert ["takes no payments" in each.words for each in house.matrix.of(Alert)] == [True]
    assert (await house.bot.seller_offers_view.offers(ALICE)).no_payee
    with pytest.raises(UserError, match="can't be paid at the moment"):
        await house.bot.start_checkout(house.link_of(BOB))
    house.stripe.ready.add(account)
    await house.stripe_says(_account_event(account, 3))
    assert "can be bought" in house.matrix.of(Decision)[-1].words
    assert not (await house.bot.seller_offers_view.offers(ALICE)).no_payee
    await house.pays(BOB)
    assert len(house.matrix.of(Goods)) == 1


async def test_an_account_that_was_unlinked_is_found_out_by_the_first_buyer(
    house: BotHarness,
) -> None:
    account = await connects(house)
    await house.says(ALICE, STUDIO, "connect")
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    house.stripe.not_set_up = AccountNotSetUp("access revoked", account=account, made=False)
    for _ in range(3):
        with pytest.raises(UserError, match="can't be paid at the moment"):
            await house.bot.start_checkout(house.link_of(BOB))
        await house.work()
    assert len(house.matrix.of(Decision)) == len(house.matrix.of(Alert)) == 1


async def test_the_record_of_other_accounts_is_read_though_one_was_unlinked(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = await connects(house)
    await house.says(ALICE, STUDIO, "connect")
    events, asked = house.stripe.events, []

    def of_account(since: datetime, until: datetime, own: AccountId | None = None) -> Any:
        asked.append(own)
        if own == account:
            raise OperatorError("access revoked")
        return events(since, until, own)

    monkeypatch.setattr(house.stripe, "events", of_account)
    house.stripe.ready.discard(account)
    await house.bot.reconcile.begin()
    await house.work()
    assert asked == [None, account]
    assert not await house.store.queue.failed_jobs()
    assert (await house.bot.seller_offers_view.offers(ALICE)).no_payee


async def test_what_is_missing_in_the_houses_account_is_told_to_admins_once(
    house: BotHarness,
) -> None:
    await connects(house)
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    house.stripe.not_set_up = AccountNotSetUp("no terms of service", made=False)
    for _ in range(2):
        with pytest.raises(UserError, match="try again later"):
            await house.bot.start_checkout(house.link_of(BOB))
        await house.work()
    assert ["no terms of service" in each.words for each in house.matrix.of(Alert)] == [True]
    (purchase,) = house.store.records.purchases.values()
    assert not purchase.may_be_paid(house.clock.now())
    house.stripe.not_set_up = None
    await house.pays(BOB)
    assert len(house.matrix.of(Goods)) == 1
