"""What every payment processor does, the fake of the journeys and Stripe's SDK alike."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

import pytest

from appservice.payments.stripe import StripeProcessor
from bot.attempt import CheckoutRequest
from bot.errors import Broken
from bot.ids import CheckoutSessionId, PurchaseId
from bot.money import Money
from bot.ports import PaymentProcessor
from sandbox.stripe import StripeEmulator
from tests.fake_processor import FakeProcessor
from tests.integration.stripe_world import HandClock, the_sdk_s_own_warning

pytestmark = the_sdk_s_own_warning

LASTS = 2 * 60 * 60
REQUEST = CheckoutRequest(
    purchase=PurchaseId("p1"),
    attempt=1,
    price=Money(500, "usd"),
    title="Paid message from Alice",
    expires_at=datetime.fromtimestamp(int(HandClock().seconds) + LASTS, UTC),
    success_url="https://ppv.example.org/api/stripe/chatmessages/success"
    "?session_id={CHECKOUT_SESSION_ID}",
    cancel_url="https://ppv.example.org/m/k7qm2xpa4e?for=link",
)


class Buyers(Protocol):
    """What people do on the payment page."""

    async def pay(self, session: CheckoutSessionId) -> None: ...

    async def let_expire(self, session: CheckoutSessionId) -> None: ...


@dataclass(frozen=True, slots=True)
class World:
    processor: PaymentProcessor
    buyers: Buyers


@dataclass(frozen=True, slots=True)
class FakeBuyers:
    processor: FakeProcessor

    async def pay(self, session: CheckoutSessionId) -> None:
        self.processor.pay(session)

    async def let_expire(self, session: CheckoutSessionId) -> None:
        self.processor.expire(session)


@dataclass(frozen=True, slots=True)
class EmulatedBuyers:
    stripe: StripeEmulator
    clock: HandClock

    async def pay(self, session: CheckoutSessionId) -> None:
        await self.stripe.pay(session)

    async def let_expire(self, session: CheckoutSessionId) -> None:
        self.clock.advance(LASTS + 1)


@asynccontextmanager
async def fake() -> AsyncIterator[World]:
    processor = FakeProcessor(outside_unit_of_work=lambda: None)
    yield World(processor, FakeBuyers(processor))


@asynccontextmanager
async def by_stripe() -> AsyncIterator[World]:
    clock = HandClock()
    async with (
        StripeEmulator.start(clock=clock) as stripe,
        StripeProcessor.open(stripe.secret_key, instance="test", api_base=stripe.url) as processor,
    ):
        yield World(processor, EmulatedBuyers(stripe, clock))
        assert stripe.schema_misses == []


Opening = Callable[[], AbstractAsyncContextManager[World]]
on_each = pytest.mark.parametrize("opening", [fake, by_stripe])


@on_each
async def test_a_new_checkout_is_open_and_asks_for_the_price(opening: Opening) -> None:
    async with opening() as world:
        checkout = await world.processor.create_checkout(REQUEST)
        assert checkout.url
        assert await world.processor.checkout(checkout.session) == checkout
    assert replace(checkout, session=CheckoutSessionId(""), url="") == replace(
        checkout,
        session=CheckoutSessionId(""),
        url="",
        reference="p1",
        amount=Money(500, "usd"),
        complete=False,
        paid=False,
        expired=False,
        one_time=True,
        live=False,
        payment_intent=None,
    )


@on_each
async def test_the_same_request_again_finds_the_same_checkout(opening: Opening) -> None:
    async with opening() as world:
        first = await world.processor.create_checkout(REQUEST)
        assert await world.processor.create_checkout(REQUEST) == first
        another = await world.processor.create_checkout(replace(REQUEST, attempt=2))
        assert another.session != first.session


@on_each
async def test_a_paid_checkout_names_the_payment_and_has_no_address(opening: Opening) -> None:
    async with opening() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        await world.buyers.pay(session)
        paid = await world.processor.checkout(session)
    assert (paid.complete, paid.paid, paid.expired, paid.url) == (True, True, False, None)
    assert paid.payment_intent
    assert (paid.reference, paid.amount) == ("p1", Money(500, "usd"))


@on_each
async def test_an_expired_checkout_can_not_be_paid(opening: Opening) -> None:
    async with opening() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        await world.buyers.let_expire(session)
        ended = await world.processor.checkout(session)
    assert (ended.complete, ended.paid, ended.expired, ended.url) == (False, False, True, None)


@on_each
async def test_a_checkout_that_nobody_made_is_broken(opening: Opening) -> None:
    async with opening() as world:
        with pytest.raises(Broken):
            await world.processor.checkout(CheckoutSessionId("cs_test_nobody0000000000"))
