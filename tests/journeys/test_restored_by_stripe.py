"""The records are of yesterday, and the emulated Stripe is of today: nobody has paid for nothing, nobody pays twice."""

from collections.abc import AsyncIterator
from copy import deepcopy

import pytest

from bot.domain.purchases.purchase import Access
from bot.ids import CheckoutSessionId, PaymentIntentId
from bot.messages import Alert, Decision, Goods
from sandbox.stripe import Fees
from tests.journeys.emulated import EmulatedHouse
from tests.support.bot_harness import BOB
from tests.support.synapse.stripe_world import the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning


@pytest.fixture
async def house() -> AsyncIterator[EmulatedHouse]:
    async with EmulatedHouse.open(Fees(booking_seconds=None)) as house:
        await house.open_studio()
        await house.bot.reconcile.begin()
        await house.time_passes(minutes=1)
        yield house


class Backup:
    """Of all records, at that time."""

    def __init__(self, house: EmulatedHouse) -> None:
        self._house = house
        self._records = deepcopy(house.store.records)

    def is_restored(self) -> None:
        self._house.store.records = deepcopy(self._records)
        self._house.restart(**self._house.rules)


def intent_of(house: EmulatedHouse, session: CheckoutSessionId) -> PaymentIntentId:
    return PaymentIntentId(house.emulator.get(session)["payment_intent"])


def told(house: EmulatedHouse, kind: type[Alert] | type[Decision], word: str) -> list[str]:
    said = [each.words for each in house.matrix.of(kind)]
    return [words for words in said if word in words]


@pytest.mark.parametrize("by_webhook", [True, False])
async def test_a_sale_whose_purchase_is_lost_is_delivered(
    house: EmulatedHouse, *, by_webhook: bool
) -> None:
    await house.publishes(b"\x89PNG a picture of the harbour")
    backup = Backup(house)
    await house.bob_reacts()
    session = await house.pays_unheard(BOB)
    backup.is_restored()
    if by_webhook:
        await house.hears_all()
    else:
        await house.time_passes(hours=2)
    assert house.purchase.access is Access.GRANTED
    assert house.purchase.payments[0].intent == intent_of(house, session)
    assert len(house.matrix.of(Goods)) == 1
    await house.hears_all()
    await house.time_passes(days=2)
    assert len(house.matrix.of(Goods)) == 1
    assert house.in_books == house.emulator.balance("usd") == 500


async def test_what_was_delivered_before_the_loss_stays_bought(house: EmulatedHouse) -> None:
    await house.publishes(b"\x89PNG a picture of the harbour")
    backup = Backup(house)
    await house.bob_reacts()
    await house.bob_pays()
    backup.is_restored()
    await house.time_passes(hours=2)
    assert house.purchase.access is Access.GRANTED
    assert house.in_books == house.emulator.balance("usd") == 500


async def test_a_payment_for_an_offer_that_is_lost_goes_back_once(house: EmulatedHouse) -> None:
    backup = Backup(house)
    await house.bob_asks()
    session = await house.pays_unheard(BOB)
    backup.is_restored()
    await house.hears_all()
    await house.time_passes(days=3)
    await house.hears_all()
    (refund,) = house.emulator.all("refund")
    assert refund["payment_intent"] == intent_of(house, session)
    assert house.emulator.balance("usd") == 0
    (to_admins,) = told(house, Alert, intent_of(house, session))
    assert "5.00 USD" in to_admins
    assert BOB in to_admins
    assert "https://dashboard.stripe.com/test/payments/pi_" in to_admins
    (to_buyer,) = told(house, Decision, "goes back to you")
    assert "5.00 USD" in to_buyer


async def test_such_a_refund_that_fails_is_left_to_the_admins(house: EmulatedHouse) -> None:
    backup = Backup(house)
    await house.bob_asks()
    await house.pays_unheard(BOB)
    backup.is_restored()
    await house.hears_all()
    (refund,) = house.emulator.all("refund")
    await house.emulator.settle_refund(refund["id"], succeed=False)
    await house.hears_all()
    await house.time_passes(days=3)
    assert len(house.emulator.all("refund")) == 1
    assert len(told(house, Alert, "send the money another way")) == 1


async def test_who_pays_again_after_the_loss_has_paid_once(house: EmulatedHouse) -> None:
    await house.publishes(b"\x89PNG a picture of the harbour")
    backup = Backup(house)
    await house.bob_reacts()
    await house.pays_unheard(BOB)
    backup.is_restored()
    await house.bob_reacts()
    await house.pays_unheard(BOB)
    await house.hears_all()
    await house.time_passes(days=2)
    assert len(house.purchase.payments) == 2
    assert len(house.emulator.all("refund")) == 1
    assert house.in_books == house.emulator.balance("usd") == 500
    assert len(house.matrix.of(Goods)) == 1


@pytest.mark.parametrize("what", ["refund", "dispute"])
async def test_what_became_of_a_lost_payment_is_taken_in(house: EmulatedHouse, what: str) -> None:
    """All that is heard of it is what happened weeks later."""
    await house.publishes(b"\x89PNG a picture of the harbour")
    backup = Backup(house)
    await house.bob_reacts()
    intent = await house.bob_pays()
    await house.time_passes(days=20)
    backup.is_restored()
    house.store.records.payment_events_read_until = house.clock.now()
    if what == "refund":
        await house.emulator.refund_in_dashboard(intent)
    else:
        await house.emulator.open_dispute(house.charge_of(intent)["id"])
    await house.hears_all()
    await house.time_passes(minutes=6)
    access = {"refund": Access.REVOKED, "dispute": Access.SUSPENDED}
    assert house.purchase.access is access[what]
    assert house.in_books == house.emulator.balance("usd") == 0


async def test_what_happened_to_other_shops_is_no_matter_of_ours(house: EmulatedHouse) -> None:
    mug = await house.emulator.foreign_checkout()
    await house.emulator.pay(mug["id"])
    await house.emulator.refund_in_dashboard(house.emulator.charge_of(mug["id"])["id"])
    await house.hears_all()
    await house.time_passes(minutes=6)
    assert not house.store.records.purchases
    assert not told(house, Alert, "")
