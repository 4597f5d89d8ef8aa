"""Checkout sessions as the SDK sees them, from their making to their end."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import stripe

from tests.support.synapse.stripe_world import (
    HandClock,
    World,
    open_world,
    recommended,
    the_sdk_s_own_warning,
)

pytestmark = the_sdk_s_own_warning
HALF_AN_HOUR = 30 * 60
A_DAY = 24 * 60 * 60


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def world(clock: HandClock) -> AsyncIterator[World]:
    async with open_world(clock=clock) as opened:
        yield opened


def line(**price: Any) -> list[dict[str, Any]]:
    data = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "A"}} | price
    return [{"quantity": 1, "price_data": data}]


async def test_the_recommended_request_makes_an_open_session(world: World) -> None:
    session = await world.session()

    assert session.status == "open"
    assert session.payment_status == "unpaid"
    assert (session.amount_total, session.currency) == (500, "usd")
    assert session.client_reference_id == "purchase_1"
    assert session.metadata is not None
    assert session.metadata["attempt"] == "1"
    assert session.url == f"{world.stripe.url}/c/pay/{session.id}"
    assert session.livemode is False


async def test_there_is_no_payment_intent_before_the_buyer_confirms(world: World) -> None:
    session = await world.session()
    assert session.payment_intent is None

    paid = await world.stripe.pay(session.id)

    intent = await world.client.v1.payment_intents.retrieve_async(paid["payment_intent"])
    assert intent.status == "succeeded"
    assert intent.amount_received == 500


async def test_the_session_s_metadata_stay_with_the_session(world: World) -> None:
    session = await world.session(
        metadata={"only": "here"}, payment_intent_data={"metadata": {"other": "there"}}
    )
    paid = await world.stripe.pay(session.id)

    intent = await world.client.v1.payment_intents.retrieve_async(paid["payment_intent"])

    assert intent.metadata.to_dict() == {"other": "there"}
    assert world.stripe.charge_of(session.id)["metadata"] == {"other": "there"}


async def test_a_session_expires_by_itself_when_its_time_is_over(
    world: World, clock: HandClock
) -> None:
    session = await world.session(expires_at=int(clock()) + HALF_AN_HOUR)
    clock.advance(HALF_AN_HOUR)

    seen = await world.client.v1.checkout.sessions.retrieve_async(session.id)
    await world.stripe.webhooks_done()

    assert seen.status == "expired"
    assert seen.url is None
    assert world.shop.types == ["checkout.session.expired"]


async def test_an_expired_session_cannot_be_paid(world: World, clock: HandClock) -> None:
    session = await world.session(expires_at=int(clock()) + HALF_AN_HOUR)
    clock.advance(HALF_AN_HOUR + 1)

    with pytest.raises(Exception, match="expired"):
        await world.stripe.pay(session.id)
    assert world.stripe.all("charge") == []


async def test_time_alone_can_be_made_to_expire_sessions(world: World, clock: HandClock) -> None:
    session = await world.session(expires_at=int(clock()) + HALF_AN_HOUR)
    assert await world.stripe.expire_due_sessions() == []
    clock.advance(HALF_AN_HOUR)

    expired = await world.stripe.expire_due_sessions()

    assert [each["id"] for each in expired] == [session.id]
    assert world.shop.types == ["checkout.session.expired"]


async def test_a_session_is_expired_once_by_the_api(world: World) -> None:
    session = await world.session()
    expired = await world.client.v1.checkout.sessions.expire_async(session.id)
    assert expired.status == "expired"

    with pytest.raises(stripe.InvalidRequestError, match="status of expired"):
        await world.client.v1.checkout.sessions.expire_async(session.id)


async def test_a_paid_session_cannot_be_expired(world: World) -> None:
    session = await world.session()
    await world.stripe.pay(session.id)

    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        await world.client.v1.checkout.sessions.expire_async(session.id)


@pytest.mark.parametrize("offset", [HALF_AN_HOUR - 60, A_DAY + 60])
async def test_expiry_must_lie_between_half_an_hour_and_a_day(
    world: World, clock: HandClock, offset: int
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.session(expires_at=int(clock()) + offset)
    assert caught.value.param == "expires_at"


@pytest.mark.parametrize(
    ("price", "code"),
    [
        ({"currency": "usd", "unit_amount": 49}, "amount_too_small"),
        ({"currency": "jpy", "unit_amount": 49}, "amount_too_small"),
        ({"currency": "huf", "unit_amount": 17400}, "amount_too_small"),
        ({"currency": "usd", "unit_amount": 100_000_000}, "amount_too_large"),
        ({"currency": "ugx", "unit_amount": 500_050}, "parameter_invalid_integer"),
        ({"currency": "kwd", "unit_amount": 5005}, "parameter_invalid_integer"),
        ({"currency": "usd", "unit_amount": -5}, "parameter_invalid_integer"),
    ],
)
async def test_amounts_outside_stripe_s_limits_are_refused(
    world: World, price: dict[str, Any], code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.session(line_items=line(**price))
    assert caught.value.code == code
    assert world.stripe.all("checkout.session") == []


@pytest.mark.parametrize(
    ("currency", "amount"), [("usd", 50), ("jpy", 50), ("EUR", 50), ("kwd", 5010), ("isk", 10000)]
)
async def test_amounts_on_the_limit_are_taken(world: World, currency: str, amount: int) -> None:
    session = await world.session(line_items=line(currency=currency, unit_amount=amount))
    assert (session.amount_total, session.currency) == (amount, currency.lower())


async def test_an_unknown_currency_is_named(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Invalid currency: xyz") as caught:
        await world.session(line_items=line(currency="xyz"))
    assert caught.value.param == "line_items[0][price_data][currency]"


@pytest.mark.parametrize(
    ("overrides", "param"),
    [
        ({"success_url": "shop.example/done"}, "success_url"),
        ({"cancel_url": "http://"}, "cancel_url"),
        ({"metadata": {"k" * 41: "v"}}, f"metadata[{'k' * 41}]"),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]"),
        ({"line_items": [{"quantity": 1, "price": "price_1"}]}, "line_items[0][price]"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price]"),
        ({"line_items": line() * 2 + line(currency="eur")}, "line_items"),
        (
            {"payment_intent_data": {"statement_descriptor": "PPV"}},
            "payment_intent_data[statement_descriptor]",
        ),
        ({"allow_promotion_codes": True}, "allow_promotion_codes"),
        ({"tax_id_collection": {"enabled": True}}, "tax_id_collection[enabled]"),
    ],
)
async def test_what_stripe_or_the_emulator_cannot_do_is_refused_by_name(
    world: World, overrides: dict[str, Any], param: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.session(**overrides)
    assert caught.value.param == param


@pytest.mark.parametrize("missing", ["mode", "line_items", "success_url"])
async def test_a_session_needs_mode_lines_and_a_way_back(world: World, missing: str) -> None:
    params = recommended()
    del params[missing]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.client.v1.checkout.sessions.create_async(params)
    assert (caught.value.code, caught.value.param) == ("parameter_missing", missing)


async def test_switches_that_are_off_are_taken(world: World) -> None:
    session = await world.session(
        automatic_tax={"enabled": False},
        invoice_creation={"enabled": False},
        managed_payments={"enabled": False},
    )
    assert session.automatic_tax.enabled is False


async def test_lines_are_listed_apart_from_the_session(world: World) -> None:
    session = await world.session()
    assert "line_items" not in session

    lines = await world.client.v1.checkout.sessions.line_items.list_async(session.id)
    expanded = await world.client.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["line_items"]}
    )

    assert [each.description for each in lines.data] == ["Paid message from Alice"]
    assert expanded.line_items is not None
    assert expanded.line_items.data[0].amount_total == 500


async def test_expansion_follows_ids_through_objects(world: World) -> None:
    session = await world.session()
    await world.stripe.pay(session.id)
    await world.stripe.book_payments(all_of_them=True)

    seen = await world.client.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    )

    assert not isinstance(seen.payment_intent, str)
    assert seen.payment_intent is not None
    charge = seen.payment_intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert isinstance(charge.balance_transaction, stripe.BalanceTransaction)
    assert charge.balance_transaction.net == 500


async def test_what_cannot_be_expanded_is_refused(world: World) -> None:
    session = await world.session()
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        await world.client.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["url"]})


async def test_sessions_are_listed_newest_first_by_filter_and_cursor(world: World) -> None:
    made = [await world.session(client_reference_id=f"p{number}") for number in range(5)]
    await world.stripe.pay(made[1].id)
    sessions = world.client.v1.checkout.sessions

    everything = await sessions.list_async({"limit": 2})
    assert [each.id for each in everything.data] == [made[4].id, made[3].id]
    assert everything.has_more
    assert [each.id async for each in everything.auto_paging_iter()] == [
        each.id for each in reversed(made)
    ]
    complete = await sessions.list_async({"status": "complete"})
    assert [each.id for each in complete.data] == [made[1].id]
    newer = await sessions.list_async({"ending_before": made[1].id, "limit": 2})
    assert [each.id for each in newer.data] == [made[3].id, made[2].id]
    assert newer.has_more


async def test_lists_can_be_limited_by_time(world: World, clock: HandClock) -> None:
    await world.session()
    clock.advance(100)
    later = await world.session(expires_at=int(clock()) + HALF_AN_HOUR)

    found = await world.client.v1.checkout.sessions.list_async({"created": {"gte": int(clock())}})

    assert [each.id for each in found.data] == [later.id]


async def test_unknown_ids_and_cursors_are_missing_resources(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.client.v1.checkout.sessions.retrieve_async("cs_test_nothing")
    assert (caught.value.code, caught.value.http_status) == ("resource_missing", 404)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        await world.client.v1.checkout.sessions.list_async({"starting_after": "cs_test_nothing"})
    assert caught.value.param == "starting_after"
