"""What only Stripe's SDK has to stand: its requests, its refusals, and a network that fails."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import stripe as sdk

from appservice.metrics import Metrics
from appservice.payments.api_version import API_VERSION
from appservice.payments.stripe_processor import StripeProcessor, checkout_origins
from appservice.payments.webhook_verifier import WebhookVerifier
from appservice.web.api.webhooks import webhook_routes
from appservice.web.http_server import application, listen
from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutStatus
from bot.domain.money.money import Money
from bot.domain.money.payment_event import PaymentEventRef
from bot.errors import OperatorError, TemporaryError, UserError
from bot.ids import CheckoutSessionId
from sandbox.stripe import FaultSwitches, StripeEmulator
from tests.contract.stripe_types import problems_of
from tests.contract.test_payments import REQUEST
from tests.support.fake_pages import plain_json
from tests.support.synapse.stripe_world import SECRET, the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning

Trouble = Callable[[FaultSwitches], None]


@dataclass(frozen=True, slots=True)
class World:
    stripe: StripeEmulator
    processor: StripeProcessor

    def sessions(self) -> list[str]:
        return [each["id"] for each in self.stripe.all("checkout.session")]


@asynccontextmanager
async def open_world(*, answer_within: float = 20, secret_key: str = "") -> AsyncIterator[World]:
    async with (
        StripeEmulator.start() as stripe,
        StripeProcessor.open(
            secret_key or stripe.secret_key,
            instance="test",
            api_base=stripe.url,
            answer_within=answer_within,
        ) as processor,
    ):
        yield World(stripe, processor)
        assert stripe.schema_misses == []


def request_of(minor: int, currency: str) -> CheckoutRequest:
    return replace(REQUEST, price=Money(minor, currency))


# --- what is asked


async def test_the_request_fits_the_pinned_version_and_the_sdk_s_own() -> None:
    async with open_world() as world:
        await world.processor.create_checkout(REQUEST)
        (request,) = world.stripe.requests
    assert problems_of(request) == []
    assert request.api_version == API_VERSION
    assert request.idempotency_key == "test:cs:p1:1"


async def test_what_is_ours_is_marked_at_the_session_and_at_the_payment() -> None:
    marks = {"app": "ppv:test", "purchase": "p1", "attempt": "1"}
    async with open_world() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        paid = await world.stripe.pay(session)
        assert paid["metadata"] == marks
        assert world.stripe.get(paid["payment_intent"])["metadata"] == marks


async def test_the_buyer_comes_back_with_the_session_in_the_address() -> None:
    async with open_world() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        made = world.stripe.get(session)
    assert made["success_url"].endswith("?session_id={CHECKOUT_SESSION_ID}")
    assert made["expires_at"] == int(REQUEST.expires_at.timestamp())


async def test_telemetry_is_off() -> None:
    sdk.enable_telemetry = True
    async with open_world():
        assert sdk.enable_telemetry is False


# --- what Stripe refuses


@pytest.mark.parametrize(
    ("minor", "currency", "words"),
    [
        (49, "usd", "below the smallest amount"),
        (100_000_000, "usd", "above the largest amount"),
        (500, "xxx", "this currency"),
    ],
)
async def test_a_price_that_stripe_does_not_take_is_a_refusal_for_the_buyer(
    minor: int, currency: str, words: str
) -> None:
    async with open_world() as world:
        with pytest.raises(UserError, match=words):
            await world.processor.create_checkout(request_of(minor, currency))
        assert world.sessions() == []


async def test_a_request_that_makes_no_sense_is_broken_and_can_be_traced() -> None:
    late = replace(REQUEST, expires_at=datetime.now(UTC) + timedelta(days=30))
    async with open_world() as world:
        with pytest.raises(OperatorError, match="request req_"):
            await world.processor.create_checkout(late)


async def test_a_wrong_key_is_broken_and_not_told() -> None:
    key = "sk_test_wrongwrongwrongwrong"
    async with open_world(secret_key=key) as world:
        with pytest.raises(OperatorError) as caught:
            await world.processor.create_checkout(REQUEST)
    assert key not in str(caught.value)


async def test_an_address_that_is_not_stripe_s_is_not_handed_out() -> None:
    async with AsyncExitStack() as stack:
        stripe = await stack.enter_async_context(StripeEmulator.start())
        http = sdk.HTTPXClient()
        stack.push_async_callback(http.close_async)
        client = sdk.StripeClient(
            stripe.secret_key,
            http_client=http,
            stripe_version=API_VERSION,
            base_addresses={"api": stripe.url},
        )
        strict = StripeProcessor(
            client, instance="test", checkout_origins=checkout_origins("https://api.stripe.com")
        )
        with pytest.raises(OperatorError, match=r"stripe\.checkout_domains"):
            await strict.create_checkout(REQUEST)


def test_checkouts_stand_at_stripe_or_at_the_emulator_in_use() -> None:
    real = {"https://checkout.stripe.com"}
    assert checkout_origins("https://api.stripe.com") == real
    assert checkout_origins("http://127.0.0.1:4242/") == real | {"http://127.0.0.1:4242"}


# --- a network that fails


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(lambda faults: faults.answer_409(), id="409"),
        pytest.param(lambda faults: faults.answer_500(remembered=False), id="500"),
        pytest.param(lambda faults: faults.cut_body(), id="body cut off"),
        pytest.param(lambda faults: faults.lose_response(), id="answer lost"),
    ],
)
async def test_one_fault_is_not_felt_and_makes_no_second_session(trouble: Trouble) -> None:
    async with open_world(answer_within=1) as world:
        trouble(world.stripe.faults)
        checkout = await world.processor.create_checkout(REQUEST)
        assert world.sessions() == [checkout.session]


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(lambda faults: faults.answer_409(times=2), id="409"),
        pytest.param(lambda faults: faults.answer_429(), id="429"),
        pytest.param(lambda faults: faults.answer_500(times=2, remembered=False), id="500"),
        pytest.param(lambda faults: faults.cut_body(times=2), id="body cut off"),
        pytest.param(lambda faults: faults.lose_response(times=2), id="answer lost"),
        pytest.param(lambda faults: faults.hang(2, times=2), id="no answer in time"),
    ],
)
async def test_lasting_trouble_is_for_later_and_then_there_is_one_session(
    trouble: Trouble,
) -> None:
    async with open_world(answer_within=0.3) as world:
        trouble(world.stripe.faults)
        with pytest.raises(TemporaryError):
            await world.processor.create_checkout(REQUEST)
        world.stripe.faults.clear()
        checkout = await _until_there(world)
        assert world.sessions() == [checkout]


async def _until_there(world: World) -> CheckoutSessionId:
    """What the worker does, with less patience: a request that hangs still holds its key."""
    for _ in range(20):
        try:
            return (await world.processor.create_checkout(REQUEST)).session
        except TemporaryError:
            continue
    raise AssertionError("Stripe never came back")


async def test_a_failure_that_stripe_remembers_is_left_behind_under_another_key() -> None:
    async with open_world() as world:
        world.stripe.faults.answer_500()
        first = await world.processor.create_checkout(REQUEST)
        assert await world.processor.create_checkout(REQUEST) == first
        assert world.sessions() == [first.session]


async def test_nobody_at_the_address_is_for_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
        async with StripeProcessor.open(
            "sk_test_1", instance="test", api_base=nowhere
        ) as processor:
            with pytest.raises(TemporaryError):
                await processor.checkout(CheckoutSessionId("cs_test_1"))


# --- what comes back


async def test_a_payment_that_is_confirmed_later_is_complete_but_not_paid() -> None:
    async with open_world() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        await world.stripe.pay_later(session)
        waiting = await world.processor.checkout(session)
        assert (waiting.state, waiting.payment) == (CheckoutStatus.PROCESSING, None)
        await world.stripe.settle_later(session)
        assert (await world.processor.checkout(session)).state is CheckoutStatus.COMPLETE


async def test_a_payment_that_does_not_come_after_all_has_failed() -> None:
    async with open_world() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        await world.stripe.pay_later(session)
        await world.stripe.settle_later(session, succeed=False)
        assert (await world.processor.checkout(session)).state is CheckoutStatus.FAILED


async def test_somebody_else_s_checkout_has_no_reference_of_ours() -> None:
    async with open_world() as world:
        mug = await world.stripe.foreign_checkout()
        found = await world.processor.checkout(CheckoutSessionId(mug["id"]))
        assert found.reference is None


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def test_stripe_s_own_webhooks_are_understood_and_only_ours_are_kept() -> None:
    kept: list[PaymentEventRef] = []

    async def accept(hint: PaymentEventRef) -> None:
        kept.append(hint)

    read = WebhookVerifier(
        secrets=("whsec_rolled", SECRET), instance="test", live=False, clock=Clock()
    )
    routes = webhook_routes(read, cast("Any", accept), Metrics())
    app = application(routes, face=plain_json, body_limit=256 * 1024)
    async with listen(app, "127.0.0.1", 0) as port, open_world() as world:
        world.stripe.add_webhook_endpoint(f"http://127.0.0.1:{port}/webhooks/stripe", secret=SECRET)
        world.stripe.faults.webhooks_forged(events="checkout.session.completed")
        ours = (await world.processor.create_checkout(REQUEST)).session
        await world.stripe.pay(ours)
        await world.stripe.pay((await world.stripe.foreign_checkout())["id"])
        await world.stripe.webhooks_done()
        answers = [delivery.status for delivery in world.stripe.deliveries]
    assert {hint.about for hint in kept if hint.is_checkout} == {ours}
    assert answers.count(400) == 1, "the forged one"
    assert set(answers) == {200, 400}
