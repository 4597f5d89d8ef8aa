"""The only place that says what may become of a purchase."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.attempt import AttemptState, Checkout, CheckoutRequest
from bot.delivery import Handed
from bot.errors import IllegalTransition
from bot.ids import (
    AttachmentId,
    CheckoutSessionId,
    EventId,
    LinkToken,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    RoomId,
    UserId,
)
from bot.money import Money
from bot.payment import PaymentMismatch
from bot.purchase import Purchase

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PRICE = Money(500, "usd")
SESSION = CheckoutSessionId("cs_test_0000000001")


def fresh() -> Purchase:
    return Purchase(
        id=PurchaseId("p1"),
        offer=OfferId("offer00001"),
        buyer=UserId("@bob:test"),
        link=LinkToken("link"),
        created_at=NOW,
    )


def request(attempt: int = 1, price: Money = PRICE, at: datetime = NOW) -> CheckoutRequest:
    return CheckoutRequest(
        purchase=PurchaseId("p1"),
        attempt=attempt,
        price=price,
        title="Paid message from Alice",
        expires_at=at + timedelta(minutes=31),
        success_url="https://ppv.test/success",
        cancel_url="https://ppv.test/m/offer",
    )


def in_checkout() -> Purchase:
    return fresh().attempting(request()).attempt_opened(1, SESSION, "https://checkout.test")


def paid_checkout(**changes: object) -> Checkout:
    checkout = Checkout(
        session=SESSION,
        reference="p1",
        complete=True,
        paid=True,
        expired=False,
        one_time=True,
        live=False,
        amount=PRICE,
        payment_intent=PaymentIntentId("pi_1"),
    )
    return replace(checkout, **changes)  # type: ignore[arg-type]


def test_a_second_click_gets_the_same_attempt() -> None:
    purchase = in_checkout()
    assert purchase.usable_attempt(PRICE, NOW) == purchase.attempts[0]


def test_an_attempt_is_not_handed_out_in_its_last_minute() -> None:
    purchase = in_checkout()
    assert purchase.usable_attempt(PRICE, NOW + timedelta(minutes=29, seconds=59))
    assert purchase.usable_attempt(PRICE, NOW + timedelta(minutes=30)) is None


def test_a_request_without_an_answer_is_repeated_only_while_stripe_would_take_it() -> None:
    asked = fresh().attempting(request())
    assert asked.usable_attempt(PRICE, NOW + timedelta(seconds=59))
    assert asked.usable_attempt(PRICE, NOW + timedelta(seconds=60)) is None


def test_an_attempt_at_another_price_is_not_handed_out() -> None:
    assert in_checkout().usable_attempt(Money(600, "usd"), NOW) is None


def test_an_expired_attempt_makes_room_for_the_next() -> None:
    purchase = in_checkout().attempt_expired(SESSION)
    assert purchase.usable_attempt(PRICE, NOW) is None
    assert purchase.attempting(request(attempt=2)).attempts[1].state is AttemptState.CREATING


def test_attempts_are_numbered_without_gaps() -> None:
    with pytest.raises(IllegalTransition):
        in_checkout().attempting(request(attempt=3))


def test_a_paid_purchase_begins_no_attempt() -> None:
    paid = in_checkout().paid(paid_checkout(), live=False, at=NOW)
    with pytest.raises(IllegalTransition):
        paid.attempting(request(attempt=2))


@pytest.mark.parametrize(
    "forged",
    [
        {"reference": "p2"},
        {"reference": None},
        {"complete": False},
        {"paid": False},
        {"one_time": False},
        {"live": True},
        {"amount": Money(499, "usd")},
        {"amount": Money(500, "eur")},
        {"amount": None},
        {"payment_intent": None},
        {"session": CheckoutSessionId("cs_test_0000000002")},
    ],
)
def test_a_checkout_that_differs_in_any_point_unlocks_nothing(forged: dict[str, object]) -> None:
    with pytest.raises(PaymentMismatch):
        in_checkout().paid(paid_checkout(**forged), live=False, at=NOW)


def test_paying_is_recorded_once_however_often_it_is_told() -> None:
    once = in_checkout().paid(paid_checkout(), live=False, at=NOW)
    assert (
        once.paid(paid_checkout(), live=False, at=NOW + timedelta(hours=1)).payment == once.payment
    )


def test_a_second_payment_is_never_taken_silently() -> None:
    once = in_checkout().paid(paid_checkout(), live=False, at=NOW)
    with pytest.raises(PaymentMismatch, match="twice"):
        once.paid(paid_checkout(payment_intent=PaymentIntentId("pi_2")), live=False, at=NOW)


def test_nothing_is_delivered_that_is_not_paid() -> None:
    with pytest.raises(IllegalTransition):
        in_checkout().delivering(NOW)


class Life(RuleBasedStateMachine):
    """Any order of clicks, expiries, payments and deliveries keeps the books in order."""

    def __init__(self) -> None:
        super().__init__()
        self.purchase = fresh()
        self.now = NOW

    @rule(minutes=st.integers(0, 40))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.purchase.payment is None)
    @rule()
    def click(self) -> None:
        if self.purchase.usable_attempt(PRICE, self.now):
            return
        number = len(self.purchase.attempts) + 1
        session = CheckoutSessionId(f"cs_test_{number:010}")
        self.purchase = self.purchase.attempting(request(number, at=self.now)).attempt_opened(
            number, session, "https://checkout.test"
        )

    @precondition(lambda self: self.purchase.attempts)
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from(self.purchase.attempts))
        checkout = paid_checkout(
            session=attempt.session, payment_intent=PaymentIntentId(f"pi_{attempt.number}")
        )
        before = self.purchase.payment
        try:
            self.purchase = self.purchase.paid(checkout, live=False, at=self.now)
        except PaymentMismatch:
            assert before is not None

    @precondition(lambda self: self.purchase.payment is not None)
    @rule()
    def deliver(self) -> None:
        self.purchase = self.purchase.delivering(self.now)
        number = len(self.purchase.deliveries)
        handed = Handed(AttachmentId("a"), EventId(f"${number}"))
        room = RoomId("!direct:test")
        once = self.purchase.handed(number, room, handed)
        assert once.handed(number, room, handed) == once
        self.purchase = once.delivery_done(number, self.now)

    @invariant()
    def delivered_only_if_paid(self) -> None:
        assert self.purchase.payment is not None or not self.purchase.deliveries

    @invariant()
    def at_most_one_attempt_can_be_used(self) -> None:
        usable = self.purchase.usable_attempt(PRICE, self.now)
        assert usable is None or usable is self.purchase.attempts[-1]


TestLife = Life.TestCase
