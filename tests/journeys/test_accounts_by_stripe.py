"""Sellers' own accounts at the emulated Stripe: restricted, back, unlinked, with and without a webhook."""

from collections.abc import AsyncIterator, Callable

import pytest

from bot.domain.money.connected_account import ApplicationFee
from bot.errors import UserError
from bot.messages import Alert, Decision
from bot.services.checkout.start_checkout import CheckoutRules
from sandbox.stripe import StripeEmulator
from tests.journeys.emulated import EmulatedHouse
from tests.support.bot_harness import ALICE, BOB, STUDIO
from tests.support.synapse.stripe_world import the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning


@pytest.fixture
async def house() -> AsyncIterator[EmulatedHouse]:
    """Alice sells on an account of her own; Bob has his personal link."""
    rules = CheckoutRules(commission=ApplicationFee(1000))
    async with EmulatedHouse.open(checkout=rules) as house:
        await house.open_studio()
        await house.says(ALICE, STUDIO, "connect")
        (account,) = house.emulator.connected_accounts
        house.emulator.onboard(account)
        await house.hears_all()
        await house.bob_asks()
        await house.bot.reconcile.begin()
        await house.time_passes(hours=2)
        yield house


def told(house: EmulatedHouse) -> list[bool]:
    """To Alice, and to the admins: that she is paid no more."""
    to_alice = [each.words for each in house.matrix.of(Decision)]
    to_admins = [each.words for each in house.matrix.of(Alert)]
    return ["takes no payments" in words for words in (*to_alice, *to_admins)]


@pytest.mark.parametrize("by_webhook", [True, False])
@pytest.mark.parametrize("end", [StripeEmulator.restrict, StripeEmulator.deauthorize])
async def test_both_are_told_once_when_stripe_takes_no_more_money(
    house: EmulatedHouse,
    end: Callable[[StripeEmulator, str], None],
    *,
    by_webhook: bool,
) -> None:
    (account,) = house.emulator.connected_accounts
    house.new_events()
    before = told(house).count(True)
    end(house.emulator, account)
    if by_webhook:
        await house.hears_all()
    else:
        house.new_events()
        await house.time_passes(hours=3)
    assert told(house).count(True) == before + 2
    with pytest.raises(UserError, match="can't be paid at the moment"):
        await house.bot.start_checkout(house.link_of(BOB))
    await house.time_passes(hours=3)
    assert told(house).count(True) == before + 2


async def test_an_account_that_is_back_is_found_in_the_record(house: EmulatedHouse) -> None:
    (account,) = house.emulator.connected_accounts
    house.emulator.restrict(account)
    await house.hears_all()
    house.emulator.onboard(account)
    house.new_events()
    await house.time_passes(hours=3)
    assert "can be bought" in house.matrix.of(Decision)[-1].words
    assert await house.clicks(BOB)
