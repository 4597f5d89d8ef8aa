"""Every switch for a request that goes wrong, seen through the SDK."""

from collections.abc import AsyncIterator

import pytest
import stripe

from tests.support.synapse.stripe_world import (
    World,
    open_world,
    recommended,
    sdk,
    the_sdk_s_own_warning,
)

pytestmark = the_sdk_s_own_warning


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as opened:
        yield opened


async def test_a_switch_holds_for_as_many_requests_as_it_says(world: World) -> None:
    world.stripe.faults.answer_500(times=2)
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            await world.client.v1.balance.retrieve_async()
    await world.client.v1.balance.retrieve_async()


async def test_a_switch_picks_requests_by_method_and_path(world: World) -> None:
    world.stripe.faults.answer_429(method="POST", path="/v1/checkout/sessions", times=None)

    await world.client.v1.checkout.sessions.list_async()
    await world.client.v1.balance.retrieve_async()
    for _ in range(3):
        with pytest.raises(stripe.RateLimitError):
            await world.session()

    world.stripe.faults.clear()
    assert (await world.session()).status == "open"


async def test_a_conflict_is_mended_by_the_sdk_s_own_retry(world: World) -> None:
    world.stripe.faults.answer_409()
    async with sdk(world.stripe, max_network_retries=1) as client:
        session = await client.v1.checkout.sessions.create_async(recommended())

    assert session.status == "open"
    assert len({request.idempotency_key for request in world.stripe.requests}) == 1
    assert len(world.stripe.requests) == 2


async def test_too_many_requests_are_not_retried_by_the_sdk(world: World) -> None:
    world.stripe.faults.answer_429()
    async with sdk(world.stripe, max_network_retries=2) as client:
        with pytest.raises(stripe.RateLimitError) as caught:
            await client.v1.balance.retrieve_async()
    assert caught.value.error is not None
    assert caught.value.error.code == "rate_limit"
    assert len(world.stripe.requests) == 1


async def test_a_hanging_stripe_runs_into_the_client_s_time_limit(world: World) -> None:
    world.stripe.faults.hang(60)
    async with sdk(world.stripe, timeout=0.2) as client:
        with pytest.raises(stripe.APIConnectionError):
            await client.v1.checkout.sessions.create_async(recommended())
    assert world.stripe.all("checkout.session") == []


async def test_a_slow_stripe_does_the_work_though_the_client_left(world: World) -> None:
    world.stripe.faults.hang(0.3)
    async with sdk(world.stripe, timeout=0.1) as client:
        with pytest.raises(stripe.APIConnectionError):
            await client.v1.checkout.sessions.create_async(
                recommended(), {"idempotency_key": "slow"}
            )

    async with sdk(world.stripe, max_network_retries=3) as client:
        session = await client.v1.checkout.sessions.create_async(
            recommended(), {"idempotency_key": "slow"}
        )
    assert [each["id"] for each in world.stripe.all("checkout.session")] == [session.id]


async def test_a_lost_response_is_found_again_under_the_same_key(world: World) -> None:
    world.stripe.faults.lose_response(method="POST")
    with pytest.raises(stripe.APIConnectionError):
        await world.client.v1.checkout.sessions.create_async(
            recommended(), {"idempotency_key": "lost"}
        )
    [made] = world.stripe.all("checkout.session")

    again = await world.client.v1.checkout.sessions.create_async(
        recommended(), {"idempotency_key": "lost"}
    )

    assert again.id == made["id"]
    assert len(world.stripe.all("checkout.session")) == 1


async def test_a_body_cut_off_is_an_error_and_the_work_is_done_all_the_same(world: World) -> None:
    world.stripe.faults.cut_body(method="POST")
    with pytest.raises(stripe.APIConnectionError):
        await world.session()
    assert len(world.stripe.all("checkout.session")) == 1


async def test_a_cut_refund_is_not_made_twice_by_the_sdk_s_retry(world: World) -> None:
    session = await world.session()
    paid = await world.stripe.pay(session.id)
    world.stripe.faults.cut_body(method="POST", path="/v1/refunds")

    async with sdk(world.stripe, max_network_retries=1) as client:
        refund = await client.v1.refunds.create_async(
            {"payment_intent": paid["payment_intent"], "amount": 100}
        )

    assert [each["id"] for each in world.stripe.all("refund")] == [refund.id]
    assert world.stripe.balance("usd") == 400
