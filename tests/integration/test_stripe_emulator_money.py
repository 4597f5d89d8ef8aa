"""Where the money is: payments, declines, late payments, refunds and disputes."""

from collections.abc import AsyncIterator

import pytest
import stripe

from sandbox.stripe import StripeError
from sandbox.stripe.cards import INSUFFICIENT_FUNDS, UnknownCardError
from tests.support.synapse.stripe_world import World, open_world, the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as opened:
        yield opened


async def paid_charge(world: World) -> stripe.Charge:
    session = await world.session()
    await world.stripe.pay(session.id)
    return await world.client.v1.charges.retrieve_async(world.stripe.charge_of(session.id)["id"])


async def test_a_payment_completes_the_session_and_tells_the_shop(world: World) -> None:
    session = await world.session()

    paid = await world.stripe.pay(session.id)

    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    assert sorted(world.shop.types) == [
        "charge.succeeded",
        "checkout.session.completed",
        "payment_intent.created",
        "payment_intent.succeeded",
    ]
    completed = next(e for e in world.shop.events if e["type"] == "checkout.session.completed")
    assert completed["data"]["object"]["id"] == session.id
    assert completed["data"]["object"]["payment_intent"] == paid["payment_intent"]
    assert world.stripe.balance("usd") == 500


async def test_a_session_is_paid_once(world: World) -> None:
    session = await world.session()
    await world.stripe.pay(session.id)
    with pytest.raises(StripeError, match="complete"):
        await world.stripe.pay(session.id)
    assert world.stripe.balance("usd") == 500


async def test_a_declined_buyer_may_try_again_on_the_same_payment_intent(world: World) -> None:
    session = await world.session()

    declined = await world.stripe.decline(session.id)
    poor = await world.stripe.decline(session.id, card=INSUFFICIENT_FUNDS)
    intent = await world.client.v1.payment_intents.retrieve_async(declined["payment_intent"])

    assert declined["status"] == "open"
    assert poor["payment_intent"] == declined["payment_intent"]
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    assert world.shop.types.count("payment_intent.payment_failed") == 2

    await world.stripe.pay(session.id)
    charges = await world.client.v1.charges.list_async({"payment_intent": intent.id})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed", "failed"]
    assert world.stripe.balance("usd") == 500


async def test_a_real_looking_card_number_is_refused_and_not_repeated(world: World) -> None:
    session = await world.session()
    with pytest.raises(UnknownCardError) as caught:
        await world.stripe.pay(session.id, card="5555555555554444")
    assert "5555" not in str(caught.value)
    assert world.stripe.all("charge") == []


async def test_a_late_payment_arrives(world: World) -> None:
    session = await world.session()

    waiting = await world.stripe.pay_later(session.id)
    assert (waiting["status"], waiting["payment_status"]) == ("complete", "unpaid")
    assert world.stripe.get(waiting["payment_intent"])["status"] == "processing"
    assert world.stripe.balance("usd") == 0

    arrived = await world.stripe.settle_later(session.id)
    assert arrived["payment_status"] == "paid"
    assert world.shop.types[-1] == "checkout.session.async_payment_succeeded"
    assert world.stripe.balance("usd") == 500
    with pytest.raises(StripeError, match="on its way"):
        await world.stripe.settle_later(session.id)


async def test_a_late_payment_fails(world: World) -> None:
    session = await world.session()
    await world.stripe.pay_later(session.id)

    failed = await world.stripe.settle_later(session.id, succeed=False)

    assert (failed["status"], failed["payment_status"]) == ("complete", "unpaid")
    assert "checkout.session.async_payment_failed" in world.shop.types
    assert world.stripe.balance("usd") == 0


async def test_a_payment_is_refunded_in_part_and_then_wholly(world: World) -> None:
    charge = await paid_charge(world)

    part = await world.client.v1.refunds.create_async({"charge": charge.id, "amount": 200})
    assert (part.status, part.amount) == ("succeeded", 200)
    assert world.stripe.balance("usd") == 300
    assert world.stripe.get(charge.id)["refunded"] is False

    assert isinstance(charge.payment_intent, str)
    rest = await world.client.v1.refunds.create_async({"payment_intent": charge.payment_intent})
    assert rest.amount == 300
    assert world.stripe.balance("usd") == 0
    assert world.stripe.get(charge.id)["refunded"] is True

    listed = await world.client.v1.refunds.list_async({"charge": charge.id})
    assert [each.id for each in listed.data] == [rest.id, part.id]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.client.v1.refunds.create_async({"charge": charge.id})
    assert caught.value.code == "charge_already_refunded"


async def test_more_than_was_paid_is_never_refunded(world: World) -> None:
    charge = await paid_charge(world)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        await world.client.v1.refunds.create_async({"charge": charge.id, "amount": 501})
    assert world.stripe.balance("usd") == 500


async def test_a_refund_names_what_it_refunds(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.client.v1.refunds.create_async({"amount": 100})
    assert caught.value.code == "parameter_missing"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.client.v1.refunds.create_async({"payment_intent": "pi_nothing"})
    assert (caught.value.code, caught.value.param) == ("resource_missing", "payment_intent")


async def test_a_payment_that_never_succeeded_cannot_be_refunded(world: World) -> None:
    session = await world.session()
    declined = await world.stripe.decline(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        await world.client.v1.refunds.create_async({"payment_intent": declined["payment_intent"]})


async def test_a_refund_in_the_dashboard_is_heard_by_webhook(world: World) -> None:
    charge = await paid_charge(world)

    refund = await world.stripe.refund_in_dashboard(charge.id, amount=100)

    assert refund["amount"] == 100
    event = next(e for e in world.shop.events if e["type"] == "charge.refunded")
    assert event["data"]["object"]["amount_refunded"] == 100
    assert event["request"] == {"id": None, "idempotency_key": None}


async def test_a_refund_that_fails_gives_the_money_back_to_the_seller(world: World) -> None:
    charge = await paid_charge(world)
    refund = await world.stripe.refund_in_dashboard(charge.id)

    failed = await world.stripe.settle_refund(refund["id"], succeed=False)

    assert failed["status"] == "failed"
    assert failed["failure_reason"]
    assert world.stripe.balance("usd") == 500
    assert world.stripe.get(charge.id)["refunded"] is False
    assert {"refund.updated", "refund.failed"} <= set(world.shop.types)
    with pytest.raises(StripeError, match="failed already"):
        await world.stripe.settle_refund(refund["id"], succeed=False)


async def test_a_refund_of_a_bank_payment_is_pending_first(world: World) -> None:
    session = await world.session()
    await world.stripe.pay_later(session.id)
    await world.stripe.settle_later(session.id)

    refund = await world.stripe.refund_in_dashboard(world.stripe.charge_of(session.id)["id"])
    assert refund["status"] == "pending"
    arrived = await world.stripe.settle_refund(refund["id"], succeed=True)

    assert arrived["status"] == "succeeded"
    updated = next(e for e in world.shop.events if e["type"] == "refund.updated")
    assert updated["data"]["previous_attributes"] == {"status": "pending"}


@pytest.mark.parametrize(("won", "left"), [(True, 500), (False, 0)])
async def test_a_dispute_takes_the_money_until_it_is_won(
    world: World, *, won: bool, left: int
) -> None:
    charge = await paid_charge(world)

    dispute = await world.stripe.open_dispute(charge.id)
    assert world.stripe.balance("usd") == 0
    assert world.stripe.get(charge.id)["disputed"] is True
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.client.v1.refunds.create_async({"charge": charge.id})
    assert caught.value.code == "charge_disputed"

    await world.stripe.contest_dispute(dispute["id"])
    await world.stripe.close_dispute(dispute["id"], won=won)

    seen = await world.client.v1.disputes.retrieve_async(dispute["id"])
    assert seen.status == ("won" if won else "lost")
    assert world.stripe.balance("usd") == left
    heard = {kind for kind in world.shop.types if kind.startswith("charge.dispute.")}
    expected = {"created", "funds_withdrawn", "updated", "closed"}
    expected |= {"funds_reinstated"} if won else set()
    assert heard == {f"charge.dispute.{name}" for name in expected}


async def test_the_bank_warns_of_fraud(world: World) -> None:
    charge = await paid_charge(world)

    warning = await world.stripe.warn_of_fraud(charge.id)
    seen = await world.client.v1.radar.early_fraud_warnings.retrieve_async(warning["id"])

    assert seen.charge == charge.id
    assert "radar.early_fraud_warning.created" in world.shop.types


async def test_other_products_of_the_account_are_heard_too(world: World) -> None:
    foreign = await world.stripe.foreign_checkout(amount=900)
    await world.stripe.pay(foreign["id"])

    completed = next(e for e in world.shop.events if e["type"] == "checkout.session.completed")
    assert completed["data"]["object"]["metadata"] == {"shop": "mugs", "order": "1001"}
    assert world.stripe.balance("usd") == 900


async def test_the_balance_is_the_sum_of_its_transactions(world: World) -> None:
    first = await paid_charge(world)
    await paid_charge(world)
    await world.client.v1.refunds.create_async({"charge": first.id, "amount": 120})
    await world.stripe.book_payments(all_of_them=True)

    balance = await world.client.v1.balance.retrieve_async()
    entries = await world.client.v1.balance_transactions.list_async()

    assert balance.available[0].amount == world.stripe.balance("usd") == 880
    assert sum(entry.net for entry in entries.data) == 880
    assert [entry.type for entry in entries.data] == ["charge", "refund", "charge"]
