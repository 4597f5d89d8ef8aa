"""One buyer's claim on one offer: attempts to pay, payments, and what was handed over."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.domain.money.checkout_attempt import (
    LAST_CALL,
    SHORTEST_LIFE,
    Attempt,
    AttemptState,
    Checkout,
    CheckoutRequest,
)
from bot.domain.money.money import Money
from bot.domain.money.payment import Consent, Payment, PaymentFacts, PaymentMismatch
from bot.domain.purchases.delivery import Delivery, Handed, Obstacle, Way
from bot.errors import IllegalTransition, Refusal
from bot.i18n import spoken
from bot.ids import (
    AccountId,
    CheckoutSessionId,
    LinkToken,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    RoomId,
    UserId,
)

_NOBODYS = ":forgotten.invalid"
"""The server's part of names that are nobody's: https://www.rfc-editor.org/rfc/rfc2606#section-2"""


class Access(StrEnum):
    """What its payments give a buyer."""

    NONE = "none"
    """Nothing was paid."""
    GRANTED = "granted"
    SUSPENDED = "suspended"
    """The bank looks into the payment."""
    REVOKED = "revoked"
    """The money is gone. The buyer may buy again."""


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
    payments: tuple[Payment, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    given_at: datetime | None = None
    """When the seller gave it, for no money."""
    version: int = 0

    @property
    def kept(self) -> Payment | None:
        """The payment that it stands or falls with: the last one that is still there, and was not one too many."""
        own = [each for each in self.payments if not each.duplicate]
        there = [each for each in own if not each.gone]
        sound = [each for each in there if not each.disputed]
        return next(iter((sound or there or own)[-1:]), None)

    @property
    def forgotten(self) -> bool:
        """Nobody knows any more whose it was."""
        return self.buyer.endswith(_NOBODYS)

    @property
    def had(self) -> bool:
        """It was paid for or given once, whatever became of it."""
        return bool(self.payments) or self.given_at is not None

    @property
    def access(self) -> Access:
        if self.forgotten:
            return Access.NONE
        if self.given_at is not None:
            return Access.GRANTED
        if self.kept is None:
            return Access.NONE
        if self.kept.gone:
            return Access.REVOKED
        return Access.SUSPENDED if self.kept.disputed else Access.GRANTED

    @property
    def owned(self) -> bool:
        """The buyer may have the goods."""
        return self.access is Access.GRANTED

    @property
    def delivered(self) -> bool:
        """All that was to be handed over is."""
        return bool(self.deliveries) and self.deliveries[-1].done_at is not None

    @property
    def on_the_web(self) -> int:
        """How many of the files that were handed over last the buyer finds on their own page alone."""
        last = self.deliveries[-1].handed if self.deliveries else ()
        return sum(each.way is Way.WEB for each in last)

    @property
    def obstacle(self) -> Obstacle | None:
        """Why what was paid for cannot be handed over yet."""
        return self.deliveries[-1].obstacle if self.deliveries else None

    def may_be_paid(self, now: datetime) -> bool:
        """Whether money for it may still come."""
        return any(each.may_be_paid(now) for each in self.attempts)

    @property
    def processing(self) -> bool:
        """The buyer has done their part, the money is on its way."""
        return any(each.state is AttemptState.PROCESSING for each in self.attempts)

    # --- paying

    def require_payable(self) -> None:
        """Raises Refusal for what is paid, or as good as paid."""
        if self.forgotten:
            raise Refusal(
                spoken(
                    "You asked me to forget what you had bought, and this was among it, so it can't be"
                    " bought again from your account."
                )
            )
        if self.access is Access.SUSPENDED:
            raise Refusal(
                spoken(
                    "Your bank is looking into your payment for this, so it can't be paid again now."
                    " Once the bank has decided, either your files or your money are there again."
                )
            )
        if self.processing:
            raise Refusal(
                spoken(
                    "Your payment for this is on its way. As soon as it arrives I send you the files."
                )
            )

    def usable_attempt(self, price: Money, now: datetime) -> Attempt | None:
        """The checkout to hand out again, so that a second click never makes a second one."""
        if not self.attempts:
            return None
        last = self.attempts[-1]
        needed = {AttemptState.CREATING: SHORTEST_LIFE, AttemptState.OPEN: LAST_CALL}
        alive = last.state in needed and last.request.expires_at - now > needed[last.state]
        return last if alive and last.request.price == price else None

    def attempting(self, request: CheckoutRequest) -> Self:
        payable = self.access in {Access.NONE, Access.REVOKED} and not self.processing
        if not payable or request.attempt != len(self.attempts) + 1:
            raise IllegalTransition(f"purchase {self.id} cannot begin attempt {request.attempt}")
        return replace(self, attempts=(*self.attempts, Attempt(request=request)))

    def found_again(
        self, request: CheckoutRequest, session: CheckoutSessionId, url: str | None
    ) -> Self:
        """With a checkout that was made for it, and whose attempt is lost."""
        attempt = Attempt(request=request, state=AttemptState.OPEN, session=session, url=url)
        return replace(self, attempts=(*self.attempts, attempt))

    def attempt_opened(self, number: int, session: CheckoutSessionId, url: str | None) -> Self:
        return self._with_attempt(
            replace(self._attempt(number), state=AttemptState.OPEN, session=session, url=url)
        )

    def attempt_not_made(self, number: int) -> Self:
        """The processor has made no checkout for it, so nobody can pay by it."""
        return self._with_attempt(replace(self._attempt(number), state=AttemptState.EXPIRED))

    def attempt_ended(self, session: CheckoutSessionId, state: AttemptState) -> Self:
        """It is `state` now, without money; what is complete stays so."""
        attempt = self.attempt_of(session)
        if attempt.state is AttemptState.COMPLETE:
            return self
        return self._with_attempt(replace(attempt, state=state, url=None))

    def paid(self, checkout: Checkout, *, live: bool, unwanted: bool = False) -> Self:
        """With the payment that the checkout brought, as it stands now; the first one that comes is kept.

        `unwanted`: it is to go back, whether or not it is the first one. Raises PaymentMismatch unless the
        checkout is ours, in every point, and paid.
        """
        attempt = self.attempt_of(checkout.session)
        facts, amounts = checkout.paid(attempt.request, live=live)
        settled = self._with_attempt(replace(attempt, state=AttemptState.COMPLETE, url=None))
        if self.payment(facts.intent):
            return (
                settled  # What became of it since is asked apart, and perhaps known better by now.
            )
        terms = attempt.request.terms
        payment = Payment(
            intent=facts.intent,
            session=checkout.session,
            amount=amounts.total,
            paid_at=facts.at,
            tax=amounts.tax if amounts.tax.minor else None,
            consent=Consent(terms.version, facts.at) if terms else None,
            duplicate=unwanted or self.access in {Access.GRANTED, Access.SUSPENDED},
        )
        return replace(settled, payments=(*self.payments, payment.learning(facts)))

    def learning(self, facts: PaymentFacts) -> Self:
        """With what the processor says now of a payment of ours; unchanged for any other."""
        return replace(
            self,
            payments=tuple(
                each.learning(facts) if each.intent == facts.intent else each
                for each in self.payments
            ),
        )

    def given(self, at: datetime) -> Self:
        """For no money, and for good."""
        return self if self.given_at is not None else replace(self, given_at=at)

    def payment(self, intent: PaymentIntentId) -> Payment | None:
        return next((each for each in self.payments if each.intent == intent), None)

    def account_of(self, payment: Payment) -> AccountId | None:
        """Where the money went: a seller's own account, or the house's (None)."""
        return self.attempt_of(payment.session).request.account

    # --- handing over

    def delivering(self, at: datetime, payment: PaymentIntentId | None = None) -> Self:
        """Ready for one more round of delivery; `payment`: the one that it follows from."""
        if not self.owned:
            raise IllegalTransition(f"purchase {self.id} is not paid")
        round_ = len(self.deliveries) + 1
        fresh = Delivery(round=round_, requested_at=at, payment=payment)
        return replace(self, deliveries=(*self.deliveries, fresh))

    def handed(self, round_: int, room: RoomId, handed: Handed) -> Self:
        delivery = self.deliveries[round_ - 1]
        if handed in delivery.handed:
            return self
        return self._with_delivery(replace(delivery, room=room, handed=(*delivery.handed, handed)))

    def delivery_waits(self, round_: int, obstacle: Obstacle, at: datetime) -> Self:
        delivery = self.deliveries[round_ - 1]
        if delivery.obstacle is obstacle or delivery.done_at is not None:
            return self
        return self._with_delivery(replace(delivery, obstacle=obstacle, obstacle_since=at))

    def delivery_done(self, round_: int, at: datetime) -> Self:
        delivery = self.deliveries[round_ - 1]
        return self._with_delivery(
            replace(delivery, done_at=at, obstacle=None, obstacle_since=None)
        )

    def taken_back(self, round_: int, at: datetime) -> Self:
        """Our messages of that round are removed."""
        return self._with_delivery(replace(self.deliveries[round_ - 1], taken_back_at=at))

    # --- being forgotten

    def without_buyer(self, link: LinkToken) -> Self:
        """What tax law asks for, and nothing that leads to a person; the old link is dead."""
        bare = tuple(replace(each, room=None, handed=()) for each in self.deliveries)
        nobody = UserId(f"@forgotten-{self.id[1:]}{_NOBODYS}")
        return replace(self, buyer=nobody, link=link, deliveries=bare)

    # ---

    def _attempt(self, number: int) -> Attempt:
        return self.attempts[number - 1]

    def attempt_of(self, session: CheckoutSessionId) -> Attempt:
        """Raises PaymentMismatch for a checkout that is none of ours."""
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
