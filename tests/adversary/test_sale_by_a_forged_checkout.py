"""A seller makes checkouts in an own Stripe account, with marks that are made up or copied, to get goods or fees.

Whoever has a connected account sees the metadata of each checkout of ours there, and can put it on any other.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.domain.money.connected_account import ApplicationFee
from bot.ids import UserId
from bot.messages import Alert, Goods
from bot.services.checkout.start_checkout import CheckoutRules
from sandbox.stripe import StripeObject
from tests.journeys.emulated import EmulatedHouse
from tests.support.bot_harness import ALICE, BOB, STUDIO
from tests.support.synapse.stripe_world import the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning

Forge = Callable[[StripeObject, dict[str, Any]], None]


@pytest.fixture
async def house() -> AsyncIterator[EmulatedHouse]:
    """Alice sells on an account of her own; Bob has a checkout open."""
    async with EmulatedHouse.open(checkout=CheckoutRules(commission=ApplicationFee(1000))) as house:
        await house.open_studio()
        await house.says(ALICE, STUDIO, "connect")
        house.emulator.onboard(house.emulator.connected_accounts[0])
        await house.bot.reconcile.begin()
        await house.hears_all()
        await house.bob_asks()
        yield house


def nothing_else(true: StripeObject, forged: dict[str, Any]) -> None:
    """All marks are copied; the commission is not asked for."""


def without_the_seal(true: StripeObject, forged: dict[str, Any]) -> None:
    del forged["metadata"]["mark"]


def a_lower_price(true: StripeObject, forged: dict[str, Any]) -> None:
    forged["line_items"][0]["price_data"]["unit_amount"] = 50


def another_buyer(true: StripeObject, forged: dict[str, Any]) -> None:
    """A purchase that is not the sealed one."""
    forged["client_reference_id"] = "p" + "0" * 24


def a_later_attempt(true: StripeObject, forged: dict[str, Any]) -> None:
    forged["metadata"]["attempt"] = "7"


FORGERIES: list[Forge] = [
    nothing_else, without_the_seal, a_lower_price, another_buyer, a_later_attempt,
]  # fmt: skip


@pytest.mark.parametrize(
    ("forge", "lost"), [*((each, True) for each in FORGERIES), (nothing_else, False)]
)
async def test_nothing_is_delivered_for_it(
    house: EmulatedHouse, forge: Forge, *, lost: bool
) -> None:
    session = await house.clicks(BOB)
    true = house.emulator.get(session)
    if lost:
        house.store.records.purchases.clear()
    forged: dict[str, Any] = {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 500,
                    "product_data": {"name": "Mug"},
                },
            }
        ],
        "client_reference_id": true["client_reference_id"],
        "metadata": dict(true["metadata"]),
        "success_url": "https://shop.example/thanks",
    }
    forge(true, forged)
    (account,) = house.emulator.connected_accounts
    made = await house.emulator.checkout_by_seller(account, forged)
    await house.emulator.pay(made["id"])
    await house.hears_all()
    await house.time_passes(days=2)
    assert not house.matrix.of(Goods)
    assert not any(each.payments for each in house.store.records.purchases.values())
    assert house.in_books == 0
    assert not await house.store.queue.failed_jobs()
    assert len([a for a in house.matrix.of(Alert) if "bears my mark" in a.words]) == 1


async def test_the_true_one_is_delivered_though_its_purchase_is_lost(house: EmulatedHouse) -> None:
    session = await house.clicks(BOB)
    house.store.records.purchases.clear()
    await house.emulator.pay(session)
    await house.hears_all()
    assert house.purchase.has_access
    assert len(house.matrix.of(Goods)) == 1
    assert not [a for a in house.matrix.of(Alert) if "not in my records" in a.words]


async def test_who_it_is_for_is_not_to_be_read_at_stripe(house: EmulatedHouse) -> None:
    session = await house.clicks(BOB)
    shown = str(house.emulator.get(session)) + str(house.emulator.requests)
    assert UserId(BOB) not in shown
    assert all(len(each) <= 500 for each in house.emulator.get(session)["metadata"].values())
