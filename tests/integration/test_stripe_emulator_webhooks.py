"""Webhooks: signed, retried, logged, and every way in which they go astray."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest
import stripe

from sandbox.stripe import API_VERSION
from tests.support.synapse.stripe_world import (
    SECRET,
    World,
    open_shop,
    open_world,
    the_sdk_s_own_warning,
)

pytestmark = the_sdk_s_own_warning

COMPLETED = "checkout.session.completed"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as opened:
        yield opened


async def paid(world: World) -> str:
    session = await world.session()
    await world.stripe.pay(session.id)
    return session.id


async def test_events_are_snapshots_in_our_version(world: World) -> None:
    session_id = await paid(world)

    event = next(each for each in world.shop.events if each["type"] == COMPLETED)

    assert event["api_version"] == API_VERSION
    assert event["livemode"] is False
    assert event["pending_webhooks"] == 1
    assert event["data"]["object"]["id"] == session_id


async def test_signatures_pass_the_sdk_s_own_check(world: World) -> None:
    await paid(world)

    delivery = world.stripe.deliveries[0]
    header = delivery.headers["Stripe-Signature"]
    event = stripe.Webhook.construct_event(delivery.body, header, SECRET)

    assert event.id == delivery.event_id
    assert [part.partition("=")[0] for part in header.split(",")] == ["t", "v1", "v0"]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(delivery.body, header, "whsec_other")


async def test_a_refused_webhook_comes_again(world: World) -> None:
    world.shop.statuses = [500, 302]
    session = await world.session()
    await world.client.v1.checkout.sessions.expire_async(session.id)
    await world.stripe.webhooks_done()

    assert [each.status for each in world.stripe.deliveries] == [500, 302, 200]
    assert [each.attempt for each in world.stripe.deliveries] == [1, 2, 3]
    assert len({each.event_id for each in world.stripe.deliveries}) == 1
    assert world.shop.types == ["checkout.session.expired"]


async def test_a_webhook_that_is_never_taken_is_found_among_the_undelivered(world: World) -> None:
    world.shop.statuses = [503, 503, 503]
    session = await world.session()
    await world.client.v1.checkout.sessions.expire_async(session.id)
    await world.stripe.webhooks_done()
    assert world.shop.events == []

    missed = await world.client.v1.events.list_async({"delivery_success": False})
    assert [event.type for event in missed.data] == ["checkout.session.expired"]

    await world.stripe.resend(missed.data[0].id)
    assert world.shop.types == ["checkout.session.expired"]
    missed = await world.client.v1.events.list_async({"delivery_success": False})
    assert missed.data == []


async def test_a_shop_that_is_down_is_a_problem_in_the_log(world: World) -> None:
    endpoint = world.stripe.add_webhook_endpoint("http://127.0.0.1:9/hook", events=[COMPLETED])
    await paid(world)
    await world.stripe.webhooks_done()

    lost = [each for each in world.stripe.deliveries if each.endpoint_id == endpoint]
    assert [each.status for each in lost] == [None, None, None]
    assert lost[0].problem is not None
    assert not lost[0].accepted


async def test_each_endpoint_has_its_own_secret_and_events(world: World) -> None:
    async with open_shop() as other:
        endpoint = world.stripe.add_webhook_endpoint(other.url, secret=SECRET, events=[COMPLETED])
        wrong = world.stripe.add_webhook_endpoint(other.url, secret="whsec_x", events=[COMPLETED])
        await paid(world)
        assert other.types == [COMPLETED]
        assert other.refused == 1

        world.stripe.remove_webhook_endpoint(endpoint)
        world.stripe.remove_webhook_endpoint(wrong)
        await paid(world)
        assert other.types == [COMPLETED]


async def test_an_event_of_a_request_names_the_request(world: World) -> None:
    session = await world.session()
    await world.client.v1.checkout.sessions.expire_async(
        session.id, options={"idempotency_key": "expire:1"}
    )
    await world.stripe.webhooks_done()
    request = world.shop.events[0]["request"]
    assert request["idempotency_key"] == "expire:1"
    assert request["id"] == world.stripe.requests[-1].request_id


async def test_paying_waits_for_the_shop_but_not_for_ever() -> None:
    async with open_world(redirect_hold=0.2) as world:
        session = await world.session()
        world.shop.pause = 30
        before = time.monotonic()
        await world.stripe.pay(session.id)
        assert 0.2 <= time.monotonic() - before < world.shop.pause


async def test_late_webhooks_do_not_hold_the_buyer(world: World) -> None:
    world.stripe.faults.webhooks_late(0.3, events=COMPLETED)
    await paid(world)
    assert COMPLETED not in world.shop.types

    await world.stripe.webhooks_done()
    assert COMPLETED in world.shop.types


async def test_doubled_webhooks_come_twice_with_one_id(world: World) -> None:
    world.stripe.faults.webhooks_doubled(events=COMPLETED)
    await paid(world)

    ids = [event["id"] for event in world.shop.events if event["type"] == COMPLETED]
    assert len(ids) == 2
    assert len(set(ids)) == 1


async def test_reordered_webhooks_come_last_first(world: World) -> None:
    session = await world.session()
    world.stripe.faults.webhooks_reordered(batch=4)

    await world.stripe.pay(session.id)

    assert world.shop.types == [
        COMPLETED,
        "payment_intent.succeeded",
        "charge.succeeded",
        "payment_intent.created",
    ]


async def test_webhooks_that_never_come_are_still_events(world: World) -> None:
    world.stripe.faults.webhooks_never(times=None)
    await paid(world)
    await world.stripe.webhooks_done()

    assert world.shop.events == []
    found = await world.client.v1.events.list_async({"types": [COMPLETED]})
    assert len(found.data) == 1
    undelivered = await world.client.v1.events.list_async({"delivery_success": False})
    assert len(undelivered.data) == 4


async def test_a_forged_webhook_comes_beside_the_true_one(world: World) -> None:
    world.stripe.faults.webhooks_forged(events=COMPLETED)
    await paid(world)

    assert world.shop.refused == 1
    assert world.shop.types.count(COMPLETED) == 1
    [forged] = [each for each in world.stripe.deliveries if each.forged]
    assert forged.status == 400
    assert json.loads(forged.body)["type"] == COMPLETED


async def test_events_are_read_on_from_the_last_one_seen(world: World) -> None:
    await paid(world)
    last_seen = (await world.client.v1.events.list_async({"limit": 1})).data[0].id
    for _ in range(3):
        await paid(world)

    newer = await world.client.v1.events.list_async({"ending_before": last_seen, "limit": 5})
    ids = [event.id async for event in newer.auto_paging_iter()]

    everything = [event["id"] for event in world.stripe.all("event")]
    assert ids == everything[everything.index(last_seen) + 1 :]
    assert len(ids) == 12


async def test_many_payments_at_once_are_all_told(world: World) -> None:
    sessions = [await world.session() for _ in range(10)]
    await asyncio.gather(*(world.stripe.pay(session.id) for session in sessions))

    told = {e["data"]["object"]["id"] for e in world.shop.events if e["type"] == COMPLETED}
    assert told == {session.id for session in sessions}


async def test_a_platform_hears_of_its_sellers_accounts(world: World) -> None:
    made = await world.client.v2.core.accounts.create_async(
        {
            "display_name": "Sally",
            "dashboard": "full",
            "defaults": {
                "responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"}
            },
            "configuration": {"merchant": {"capabilities": {"card_payments": {"requested": True}}}},
        }
    )
    world.stripe.add_webhook_endpoint(world.shop.url, secret=SECRET, connect=True)
    world.stripe.onboard(made.id)
    world.stripe.restrict(made.id)
    world.stripe.deauthorize(made.id)
    await world.stripe.webhooks_done()
    heard = [each for each in world.shop.events if each.get("account") == made.id]
    by_type = sorted((each["type"], each["data"]["object"]["object"]) for each in heard)
    assert by_type == [
        ("account.application.deauthorized", "application"),
        ("account.updated", "account"),
        ("account.updated", "account"),
    ]
