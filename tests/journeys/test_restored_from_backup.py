"""The records are of yesterday: what was paid since is found again at the processor."""

from dataclasses import replace

import pytest

from bot.domain.money.money import Money
from bot.domain.purchases.purchase import Purchase
from bot.ids import AccountId
from bot.messages import Alert, Goods, Placeholder
from tests.support.bot_harness import BOB, LOUNGE, BotHarness

PNG = b"\x89PNG a picture of the harbour"


@pytest.fixture
async def house() -> BotHarness:
    """Bob has his personal link; the backup is made now."""
    house = BotHarness()
    await house.publishes(PNG)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    return house


def purchase(house: BotHarness) -> Purchase:
    (only,) = house.store.records.purchases.values()
    return only


def loses_purchase(house: BotHarness, then: Purchase) -> None:
    house.store.records.purchases[then.id] = replace(then, version=purchase(house).version)


async def alerts(house: BotHarness) -> list[str]:
    return [each.words for each in house.matrix.of(Alert)]


@pytest.mark.parametrize("by_webhook", [True, False])
async def test_a_payment_that_is_newer_than_the_backup_is_delivered(
    house: BotHarness, *, by_webhook: bool
) -> None:
    backup = purchase(house)
    hint = house.stripe.pay(await house.clicks(BOB))
    loses_purchase(house, backup)
    if by_webhook:
        await house.stripe_says(hint)
    else:
        await house.bot.reconcile.begin()
        await house.time_passes(hours=26)
    assert purchase(house).has_access
    assert house.matrix.of(Goods)
    assert house.stripe.balance() == 500


async def test_who_paid_again_after_it_has_the_second_payment_back(house: BotHarness) -> None:
    backup = purchase(house)
    lost = house.stripe.pay(await house.clicks(BOB))
    loses_purchase(house, backup)
    house.stripe.forgets_keys()
    await house.pays(BOB)
    await house.stripe_says(lost)
    assert purchase(house).has_access
    assert house.stripe.balance() == 500
    assert len(house.matrix.of(Goods)) == 1


async def test_a_payment_without_its_purchase_and_mark_is_told_to_the_admins_once(
    house: BotHarness,
) -> None:
    """Such as one that was made by an older version."""
    session = await house.clicks(BOB)
    house.stripe.checkouts[session] = replace(house.stripe.checkouts[session], mark="")
    hint = house.stripe.pay(session)
    (intent,) = house.stripe.payments
    house.store.records.purchases.clear()
    await house.bot.reconcile.begin()
    await house.stripe_says(hint)
    await house.time_passes(hours=26)
    told = [each for each in await alerts(house) if intent in each]
    assert len(told) == 1
    assert "5.00 USD" in told[0]
    assert f"https://dashboard.stripe.com/test/payments/{intent}" in told[0]
    house.stripe.gives_back(intent)


async def test_sellers_make_no_sales_by_checkouts_of_their_own(house: BotHarness) -> None:
    """Whoever has an account at the processor can put any marks on a checkout there."""
    backup = purchase(house)
    session = await house.clicks(BOB)
    hint = house.stripe.pay(session)
    loses_purchase(house, backup)
    elsewhere = replace(hint, account=AccountId("acct_mallory"))
    await house.stripe_says(elsewhere)
    assert not purchase(house).has_access
    assert not house.matrix.of(Goods)


async def test_another_price_is_not_taken_for_the_offers(house: BotHarness) -> None:
    backup = purchase(house)
    session = await house.clicks(BOB)
    hint = house.stripe.pay(session, Money(50, "usd"))
    loses_purchase(house, backup)
    await house.stripe_says(hint)
    assert not purchase(house).has_access
    assert any("0.50 USD" in each for each in await alerts(house))
