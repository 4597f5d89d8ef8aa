"""The same key is the same answer, and never a second effect."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import stripe
from stripe.checkout import Session

from tests.support.synapse.stripe_world import (
    HandClock,
    World,
    open_world,
    recommended,
    the_sdk_s_own_warning,
)

pytestmark = the_sdk_s_own_warning


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def world(clock: HandClock) -> AsyncIterator[World]:
    async with open_world(clock=clock) as opened:
        yield opened


async def create(world: World, key: str, **overrides: object) -> Session:
    return await world.client.v1.checkout.sessions.create_async(
        recommended(**overrides), {"idempotency_key": key}
    )


async def test_a_repeated_request_is_replayed(world: World) -> None:
    first = await create(world, "k1")
    second = await create(world, "k1")

    assert second.id == first.id
    assert len(world.stripe.all("checkout.session")) == 1
    assert first.last_response is not None
    assert second.last_response is not None
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert second.last_response.headers["Idempotent-Replayed"] == "true"
    assert (
        second.last_response.headers["Original-Request"]
        == first.last_response.headers["Request-Id"]
    )


async def test_another_key_is_another_request(world: World) -> None:
    first = await create(world, "k1")
    second = await create(world, "k2")
    assert first.id != second.id


async def test_other_parameters_under_the_same_key_are_refused(world: World) -> None:
    session = await create(world, "k1")
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as caught:
        await create(world, "k1", expires_at=session.expires_at + 1)
    assert caught.value.http_status == 400
    assert len(world.stripe.all("checkout.session")) == 1


async def test_another_endpoint_under_the_same_key_is_refused(world: World) -> None:
    session = await create(world, "k1")
    paid = await world.stripe.pay(session.id)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        await world.client.v1.refunds.create_async(
            {"payment_intent": paid["payment_intent"]}, {"idempotency_key": "k1"}
        )
    assert world.stripe.all("refund") == []


async def test_nothing_is_kept_of_a_request_that_did_not_pass_validation(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        await create(world, "k1", mode="paiment")
    with pytest.raises(stripe.InvalidRequestError):
        await create(world, "k1", success_url="nowhere")

    assert (await create(world, "k1")).status == "open"


async def test_a_refusal_by_the_endpoint_itself_is_kept(world: World) -> None:
    session = await create(world, "k1")
    paid = await world.stripe.pay(session.id)
    intent = paid["payment_intent"]
    await world.client.v1.refunds.create_async({"payment_intent": intent})

    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as caught:
            await world.client.v1.refunds.create_async(
                {"payment_intent": intent}, {"idempotency_key": "r2"}
            )
        assert caught.value.code == "charge_already_refunded"
    assert caught.value.headers is not None
    assert caught.value.headers["Idempotent-Replayed"] == "true"


async def test_a_failure_inside_stripe_is_replayed_too(world: World) -> None:
    world.stripe.faults.answer_500()
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            await create(world, "k1")
        assert caught.value.http_status == 500
    assert caught.value.headers is not None
    assert caught.value.headers["Idempotent-Replayed"] == "true"
    assert world.stripe.all("checkout.session") == []
    assert (await create(world, "k2")).status == "open"


async def test_a_failure_before_the_work_began_is_forgotten(world: World) -> None:
    world.stripe.faults.answer_500(remembered=False)
    with pytest.raises(stripe.APIError):
        await create(world, "k1")
    assert (await create(world, "k1")).status == "open"


async def test_two_at_once_under_one_key_make_one_session(world: World) -> None:
    world.stripe.faults.hang(0.3)
    outcomes = await asyncio.gather(
        create(world, "k1"), create(world, "k1"), return_exceptions=True
    )

    [session] = [each for each in outcomes if isinstance(each, Session)]
    [refusal] = [each for each in outcomes if isinstance(each, stripe.StripeError)]
    assert refusal.http_status == 409
    assert refusal.error is not None
    assert refusal.error.code == "idempotency_key_in_use"
    assert (await create(world, "k1")).id == session.id
    assert len(world.stripe.all("checkout.session")) == 1


async def test_keys_are_forgotten_after_a_day(world: World, clock: HandClock) -> None:
    first = await create(world, "k1")
    clock.advance(24 * 60 * 60 + 1)
    second = await create(world, "k1", expires_at=int(clock()) + 1860)
    assert first.id != second.id


async def test_keys_have_a_greatest_length(world: World) -> None:
    with pytest.raises(stripe.IdempotencyError, match="255"):
        await create(world, "k" * 256)
