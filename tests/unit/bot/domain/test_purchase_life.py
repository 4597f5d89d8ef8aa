"""Purchases under any order of events."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.purchases.delivery import DeliveredFile
from bot.domain.purchases.purchase import Access
from bot.ids import (
    AttachmentId,
    CheckoutSessionId,
    EventId,
    PaymentIntentId,
    RoomId,
)
from tests.support.purchases import NOW, PRICE, facts, fresh, paid_checkout, refund, request


class Life(RuleBasedStateMachine):
    """Any order of clicks, expiries, payments and deliveries keeps the books in order."""

    def __init__(self) -> None:
        super().__init__()
        self.purchase = fresh()
        self.now = NOW

    @rule(minutes=st.integers(0, 40))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.purchase.access in {Access.NONE, Access.REVOKED})
    @rule()
    def click(self) -> None:
        if self.purchase.usable_attempt(PRICE, self.now):
            return
        number = len(self.purchase.attempts) + 1
        session = CheckoutSessionId(f"cs_test_{number:010}")
        self.purchase = self.purchase.with_attempt(request(number, at=self.now)).attempt_opened(
            number, session, "https://checkout.test"
        )

    @precondition(lambda self: self.purchase.attempts)
    @rule(data=st.data())
    def pay(self, data: st.DataObject) -> None:
        attempt = data.draw(st.sampled_from(self.purchase.attempts))
        checkout = paid_checkout(session=attempt.session, payment=facts(f"pi_{attempt.number}"))
        owned = self.purchase.has_access
        known = self.purchase.payment(PaymentIntentId(f"pi_{attempt.number}"))
        self.purchase = self.purchase.with_payment(checkout, live=False)
        assert known or self.purchase.payments[-1].duplicate is owned

    @precondition(lambda self: self.purchase.payments)
    @rule(data=st.data(), failed=st.booleans())
    def give_back(self, data: st.DataObject, failed: bool) -> None:
        payment = data.draw(st.sampled_from(self.purchase.payments))
        told = facts(payment.intent, refunds=(refund(failed=failed),))
        self.purchase = self.purchase.with_snapshot(told)

    @precondition(lambda self: self.purchase.has_access)
    @rule()
    def deliver(self) -> None:
        self.purchase = self.purchase.with_delivery(self.now)
        number = len(self.purchase.deliveries)
        handed = DeliveredFile(AttachmentId("a"), EventId(f"${number}"))
        room = RoomId("!direct:test")
        once = self.purchase.with_delivered_file(number, room, handed)
        assert once.with_delivered_file(number, room, handed) == once
        self.purchase = once.with_delivery_done(number, self.now)

    @invariant()
    def delivered_only_if_paid(self) -> None:
        assert self.purchase.payments or not self.purchase.deliveries

    @invariant()
    def at_most_one_attempt_can_be_used(self) -> None:
        usable = self.purchase.usable_attempt(PRICE, self.now)
        assert usable is None or usable is self.purchase.attempts[-1]

    @invariant()
    def owned_only_with_money_that_is_still_there(self) -> None:
        there = [p for p in self.purchase.payments if not p.duplicate and not p.is_reversed]
        assert self.purchase.has_access is bool(there)


TestLife = Life.TestCase
