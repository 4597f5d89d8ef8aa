"""What every payment processor does, the fake of the journeys and Stripe's SDK alike."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from appservice.payments.stripe_processor import StripeProcessor
from bot.domain.money.checkout_attempt import Amounts, CheckoutRequest, CheckoutStatus
from bot.domain.money.money import Money
from bot.errors import OperatorError, UserError
from bot.ids import CheckoutSessionId, PaymentIntentId, PurchaseId, RefundId
from bot.ports import PaymentProcessor, RefundReason, RefundRequest
from sandbox.stripe import StripeEmulator
from tests.support.fake_processor import FakeProcessor
from tests.support.synapse.stripe_world import HandClock, the_sdk_s_own_warning

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


FIVE = Amounts(subtotal=Money(500, "usd"), tax=Money(0, "usd"), total=Money(500, "usd"))


class Buyers(Protocol):
    """What people do on the payment page."""

    async def pay(self, session: CheckoutSessionId) -> None: ...

    async def let_expire(self, session: CheckoutSessionId) -> None: ...

    async def cannot_take_back(self, intent: PaymentIntentId, refund: RefundId) -> None: ...


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
        self.processor.lapses(session)

    async def cannot_take_back(self, intent: PaymentIntentId, refund: RefundId) -> None:
        self.processor.refund_fails(intent)


@dataclass(frozen=True, slots=True)
class EmulatedBuyers:
    stripe: StripeEmulator
    clock: HandClock

    async def pay(self, session: CheckoutSessionId) -> None:
        await self.stripe.pay(session)

    async def let_expire(self, session: CheckoutSessionId) -> None:
        self.clock.advance(LASTS + 1)

    async def cannot_take_back(self, intent: PaymentIntentId, refund: RefundId) -> None:
        await self.stripe.settle_refund(refund, succeed=False)


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
        amounts=FIVE,
        state=CheckoutStatus.OPEN,
        one_time=True,
        live=False,
        payment=None,
        terms_accepted=False,
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
    assert (paid.state, paid.url) == (CheckoutStatus.COMPLETE, None)
    assert paid.payment
    assert (paid.reference, paid.amounts, paid.payment.amount) == ("p1", FIVE, FIVE.total)


@on_each
async def test_an_expired_checkout_can_not_be_paid(opening: Opening) -> None:
    async with opening() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        await world.buyers.let_expire(session)
        ended = await world.processor.checkout(session)
    assert (ended.state, ended.url, ended.payment) == (CheckoutStatus.EXPIRED, None, None)


@on_each
async def test_a_checkout_that_is_called_in_can_not_be_paid(opening: Opening) -> None:
    async with opening() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        await world.processor.expire(session)
        assert (await world.processor.checkout(session)).state is CheckoutStatus.EXPIRED
        await world.processor.expire(session)


@on_each
async def test_a_checkout_that_was_paid_meanwhile_can_not_be_called_in(opening: Opening) -> None:
    async with opening() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        await world.buyers.pay(session)
        await world.processor.expire(session)
        assert (await world.processor.checkout(session)).state is CheckoutStatus.COMPLETE


async def bought(world: World) -> PaymentIntentId:
    session = (await world.processor.create_checkout(REQUEST)).session
    await world.buyers.pay(session)
    payment = (await world.processor.checkout(session)).payment
    assert payment
    return payment.intent


def back(
    intent: PaymentIntentId, minor: int | None = None, key: str = "duplicate"
) -> RefundRequest:
    return RefundRequest(
        key=key,
        intent=intent,
        amount=None if minor is None else Money(minor, "usd"),
        reason=RefundReason.REQUESTED,
    )


@on_each
async def test_a_refund_is_one_refund_however_often_it_is_asked_for(opening: Opening) -> None:
    async with opening() as world:
        intent = await bought(world)
        for _ in range(3):
            await world.processor.refund(back(intent, 200))
        await world.processor.refund(back(intent, 100, key="another"))
        facts = await world.processor.payment(intent)
    assert facts is not None
    assert sorted(each.amount.minor for each in facts.refunds) == [100, 200]


@on_each
async def test_a_refund_that_failed_is_made_again_under_the_same_key(opening: Opening) -> None:
    async with opening() as world:
        intent = await bought(world)
        for tries in (1, 2):
            await world.processor.refund(back(intent, 200))
            await world.processor.refund(back(intent, 200))
            facts = await world.processor.payment(intent)
            assert facts is not None
            assert len(facts.refunds) == tries
            (made,) = [each for each in facts.refunds if not each.failed]
            await world.buyers.cannot_take_back(intent, made.id)
        await world.processor.refund(back(intent, 200))
        facts = await world.processor.payment(intent)
    assert facts is not None
    assert sorted(each.failed for each in facts.refunds) == [False, True, True]


@on_each
async def test_all_that_is_left_goes_back(opening: Opening) -> None:
    async with opening() as world:
        intent = await bought(world)
        await world.processor.refund(back(intent, 200))
        await world.processor.refund(back(intent, key="the rest"))
        facts = await world.processor.payment(intent)
    assert facts is not None
    assert sum(each.amount.minor for each in facts.refunds) == 500


@on_each
async def test_more_than_is_left_is_a_refusal(opening: Opening) -> None:
    async with opening() as world:
        intent = await bought(world)
        with pytest.raises(UserError):
            await world.processor.refund(back(intent, 501))


@on_each
async def test_a_payment_that_nobody_made_is_broken(opening: Opening) -> None:
    async with opening() as world:
        with pytest.raises(OperatorError):
            await world.processor.payment(PaymentIntentId("pi_nobody0000000000000000"))


@on_each
async def test_a_checkout_that_nobody_made_is_broken(opening: Opening) -> None:
    async with opening() as world:
        with pytest.raises(OperatorError):
            await world.processor.checkout(CheckoutSessionId("cs_test_nobody0000000000"))


async def test_a_key_of_a_time_that_was_lost_blocks_no_other_request() -> None:
    """After a backup was restored, the same attempt is made once more, with other parameters."""
    async with by_stripe() as world:
        lost = await world.processor.create_checkout(REQUEST)
        later = replace(REQUEST, expires_at=REQUEST.expires_at + timedelta(minutes=1))
        made = await world.processor.create_checkout(later)
        assert made.session != lost.session
        assert await world.processor.create_checkout(later) == made


async def test_a_dispute_brings_each_entry_of_the_balance_with_its_own_day() -> None:
    async with by_stripe() as world:
        intent = await bought(world)
        assert isinstance(world.buyers, EmulatedBuyers)
        stripe, clock = world.buyers.stripe, world.buyers.clock
        opened = clock()
        dispute = await stripe.open_dispute(stripe.get(intent)["latest_charge"])
        clock.advance(40 * 24 * 60 * 60)
        await stripe.close_dispute(dispute["id"], won=True)
        facts = await world.processor.payment(intent)
    assert facts
    taken, back = facts.disputes[0].bookings
    assert (taken.amount.minor, back.amount.minor) == (-500, 500)
    assert (taken.at.timestamp(), back.at.timestamp()) == (opened, clock())
    assert facts.fee_at


@on_each
async def test_the_checkout_of_a_payment_is_found(opening: Opening) -> None:
    async with opening() as world:
        session = (await world.processor.create_checkout(REQUEST)).session
        await world.buyers.pay(session)
        paid = (await world.processor.checkout(session)).payment
        assert paid
        assert await world.processor.checkout_of(paid.intent) == session
