"""Payments are booked after they are made, with what Stripe keeps of them; refunds may wait, be cancelled, or fail."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import stripe

from sandbox.stripe import Fees, StripeError, StripeObject
from tests.support.synapse.stripe_world import World, open_world, the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning


class HandClock:
    def __init__(self) -> None:
        self.seconds = 1_795_435_200.0

    def __call__(self) -> float:
        return self.seconds


@asynccontextmanager
async def opened(clock: HandClock, **fees: object) -> AsyncIterator[World]:
    async with open_world(clock=clock, fees=Fees(**fees)) as world:  # type: ignore[arg-type]
        yield world


async def paid(world: World, clock: HandClock) -> StripeObject:
    session = await world.session(expires_at=int(clock()) + 3600)
    await world.stripe.pay(session.id)
    return world.stripe.charge_of(session.id)


async def test_a_payment_is_booked_once_the_clock_has_come_so_far() -> None:
    clock = HandClock()
    async with opened(clock, percent="2.9", fixed_minor=30, booking_seconds=600) as world:
        charge = await paid(world, clock)
        succeeded = next(e for e in world.shop.events if e["type"] == "charge.succeeded")
        assert succeeded["data"]["object"]["balance_transaction"] is None
        assert charge["balance_transaction"] is None
        assert (world.stripe.booked("usd"), world.stripe.balance("usd")) == (0, 455)
        clock.seconds += 599
        await world.stripe.book_payments()
        assert "charge.updated" not in world.shop.types
        clock.seconds += 1
        seen = await world.client.v1.charges.retrieve_async(
            charge["id"], {"expand": ["balance_transaction"]}
        )
        assert isinstance(seen.balance_transaction, stripe.BalanceTransaction)
        assert seen.balance_transaction.fee == 45
        assert seen.balance_transaction.fee_details[0].type == "stripe_fee"
        await world.stripe.webhooks_done()
        assert world.shop.types.count("charge.updated") == 1
        assert world.stripe.booked("usd") == world.stripe.balance("usd") == 455


async def test_it_is_booked_by_itself() -> None:
    async with open_world(fees=Fees(booking_seconds=0.01)) as world:
        session = await world.session()
        await world.stripe.pay(session.id)
        while "charge.updated" not in world.shop.types:
            await world.stripe.webhooks_done()
            await world.client.v1.balance.retrieve_async()
        assert world.stripe.booked("usd") == 500


async def test_a_refund_or_a_dispute_needs_it_booked() -> None:
    clock = HandClock()
    async with opened(clock, fixed_minor=20, booking_seconds=None) as world:
        first, second = await paid(world, clock), await paid(world, clock)
        await world.stripe.refund_in_dashboard(first["id"], amount=100)
        await world.stripe.open_dispute(second["id"])
        assert world.shop.types.count("charge.updated") == 2
        assert world.stripe.booked("usd") == 500 - 20 - 100 + 500 - 20 - 500


@pytest.mark.parametrize(("returned", "left"), [(False, 485), (True, 500)])
async def test_a_dispute_s_fee_comes_back_only_where_stripe_says_so(
    *, returned: bool, left: int
) -> None:
    clock = HandClock()
    async with opened(clock, dispute_minor=15, dispute_returned=returned) as world:
        charge = await paid(world, clock)
        dispute = await world.stripe.open_dispute(charge["id"])
        assert world.stripe.booked("usd") == -15
        await world.stripe.close_dispute(dispute["id"], won=True)
        assert world.stripe.booked("usd") == left


async def test_a_dispute_over_a_part_is_reopened_and_decided_anew() -> None:
    clock = HandClock()
    async with opened(clock, dispute_minor=15) as world:
        charge = await paid(world, clock)
        dispute = await world.stripe.open_dispute(charge["id"], amount=200)
        balances = []
        for verdict in (True, None, False, None, True):
            if verdict is None:
                await world.stripe.reopen_dispute(dispute["id"])
            else:
                await world.stripe.close_dispute(dispute["id"], won=verdict)
            balances.append(world.stripe.booked("usd"))
        assert balances == [485, 285, 285, 285, 485]
        with pytest.raises(StripeError, match="won already"):
            await world.stripe.close_dispute(dispute["id"], won=True)


async def test_a_refund_that_waits_for_its_buyer_may_be_cancelled() -> None:
    clock = HandClock()
    async with opened(clock) as world:
        charge = await paid(world, clock)
        world.stripe.dashboard.refunds_await_buyer = True
        refund = await world.client.v1.refunds.create_async({"charge": charge["id"]})
        assert (refund.status, world.stripe.balance("usd")) == ("requires_action", 0)
        cancelled = await world.client.v1.refunds.cancel_async(refund.id)
        assert (cancelled.status, world.stripe.balance("usd")) == ("canceled", 500)
        await world.stripe.webhooks_done()
        assert {"refund.updated", "charge.refund.updated"} <= set(world.shop.types)
        assert world.stripe.get(charge["id"])["amount_refunded"] == 0
        with pytest.raises(stripe.InvalidRequestError, match="has a status of canceled"):
            await world.client.v1.refunds.cancel_async(refund.id)


async def test_no_other_refund_can_be_cancelled() -> None:
    clock = HandClock()
    async with opened(clock) as world:
        charge = await paid(world, clock)
        refund = await world.client.v1.refunds.create_async({"charge": charge["id"]})
        with pytest.raises(stripe.InvalidRequestError, match="has a status of succeeded"):
            await world.client.v1.refunds.cancel_async(refund.id)


async def test_what_is_won_can_be_refunded_and_what_is_lost_can_not() -> None:
    clock = HandClock()
    async with opened(clock) as world:
        charge = await paid(world, clock)
        dispute = await world.stripe.open_dispute(charge["id"], amount=200)
        await world.stripe.close_dispute(dispute["id"], won=True)
        await world.stripe.refund_in_dashboard(charge["id"], amount=100)
        await world.stripe.reopen_dispute(dispute["id"])
        await world.stripe.close_dispute(dispute["id"], won=False)
        with pytest.raises(StripeError, match="charged back"):
            await world.stripe.refund_in_dashboard(charge["id"])
