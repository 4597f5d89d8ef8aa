"""One buyer's claim on one offer: attempts to pay, the payment, and what was handed over."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from bot.attempt import LAST_CALL, SHORTEST_LIFE, Attempt, AttemptState, Checkout, CheckoutRequest
from bot.delivery import Delivery, Handed
from bot.errors import IllegalTransition
from bot.ids import CheckoutSessionId, LinkToken, OfferId, PurchaseId, RoomId, UserId
from bot.money import Money
from bot.payment import Payment, PaymentMismatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """Links buyer, offer and checkout sessions. One for each buyer and offer, for ever."""

    id: PurchaseId
    offer: OfferId
    buyer: UserId
    link: LinkToken = field(repr=False)
    """The secret in the buyer's personal link. It only lets one pay for the buyer."""
    created_at: datetime
    attempts: tuple[Attempt, ...] = ()
    payment: Payment | None = None
    deliveries: tuple[Delivery, ...] = ()
    version: int = 0

    @property
    def delivered(self) -> bool:
        return any(delivery.done_at for delivery in self.deliveries)

    # --- paying

    def usable_attempt(self, price: Money, now: datetime) -> Attempt | None:
        """The checkout to hand out again, so that a second click never makes a second one."""
        if not self.attempts:
            return None
        last = self.attempts[-1]
        needed = {AttemptState.CREATING: SHORTEST_LIFE, AttemptState.OPEN: LAST_CALL}
        alive = last.state in needed and last.request.expires_at - now > needed[last.state]
        return last if alive and last.request.price == price else None

    def attempting(self, request: CheckoutRequest) -> Self:
        if self.payment is not None or request.attempt != len(self.attempts) + 1:
            raise IllegalTransition(f"purchase {self.id} cannot begin attempt {request.attempt}")
        return replace(self, attempts=(*self.attempts, Attempt(request=request)))

    def attempt_opened(self, number: int, session: CheckoutSessionId, url: str) -> Self:
        return self._with_attempt(
            replace(self._attempt(number), state=AttemptState.OPEN, session=session, url=url)
        )

    def attempt_expired(self, session: CheckoutSessionId) -> Self:
        attempt = self._attempt_of(session)
        return self._with_attempt(replace(attempt, state=AttemptState.EXPIRED, url=None))

    def paid(self, checkout: Checkout, *, live: bool, at: datetime) -> Self:
        """Raises PaymentMismatch unless the checkout is ours, in every point, and paid."""
        attempt = self._attempt_of(checkout.session)
        expected = attempt.request
        facts = {
            "reference": (checkout.reference, self.id),
            "complete": (checkout.complete, True),
            "paid": (checkout.paid, True),
            "one_time": (checkout.one_time, True),
            "live": (checkout.live, live),
            "amount": (checkout.amount, expected.price),
        }
        wrong = [
            f"{name} is {is_}, not {should}"
            for name, (is_, should) in facts.items()
            if is_ != should
        ]
        if wrong or checkout.payment_intent is None:
            raise PaymentMismatch(
                f"checkout {checkout.session}: {'; '.join(wrong) or 'no payment'}"
            )
        if self.payment is not None and self.payment.intent != checkout.payment_intent:
            raise PaymentMismatch(f"purchase {self.id} was paid twice: {checkout.payment_intent}")
        payment = Payment(checkout.payment_intent, checkout.session, expected.price, at)
        settled = self._with_attempt(replace(attempt, state=AttemptState.COMPLETE, url=None))
        return replace(settled, payment=self.payment or payment)

    # --- handing over

    def delivering(self, at: datetime) -> Self:
        """Ready for one more round of delivery."""
        if self.payment is None:
            raise IllegalTransition(f"purchase {self.id} is not paid")
        fresh = Delivery(round=len(self.deliveries) + 1, requested_at=at)
        return replace(self, deliveries=(*self.deliveries, fresh))

    def handed(self, round_: int, room: RoomId, handed: Handed) -> Self:
        delivery = self.deliveries[round_ - 1]
        if handed in delivery.handed:
            return self
        return self._with_delivery(replace(delivery, room=room, handed=(*delivery.handed, handed)))

    def delivery_done(self, round_: int, at: datetime) -> Self:
        return self._with_delivery(replace(self.deliveries[round_ - 1], done_at=at))

    # ---

    def _attempt(self, number: int) -> Attempt:
        return self.attempts[number - 1]

    def _attempt_of(self, session: CheckoutSessionId) -> Attempt:
        for attempt in self.attempts:
            if attempt.session == session:
                return attempt
        raise PaymentMismatch(f"purchase {self.id} has no checkout {session}")

    def _with_attempt(self, changed: Attempt) -> Self:
        return replace(
            self,
            attempts=tuple(changed if a.number == changed.number else a for a in self.attempts),
        )

    def _with_delivery(self, changed: Delivery) -> Self:
        return replace(
            self,
            deliveries=tuple(changed if d.round == changed.round else d for d in self.deliveries),
        )
