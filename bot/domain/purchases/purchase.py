"""One buyer's claim on one offer: attempts to pay, payments, and what was handed over."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.domain.money.checkout_attempt import (
    MIN_SESSION_LIFETIME,
    REUSE_MARGIN,
    CheckoutAttempt,
    CheckoutRequest,
    CheckoutSession,
    CheckoutStatus,
)
from bot.domain.money.money import Money
from bot.domain.money.payment import Consent, Payment, PaymentMismatch, PaymentSnapshot
from bot.domain.purchases.delivery import DeliveredFile, Delivery, DeliveryBlocker, DeliveryChannel
from bot.errors import IllegalTransition, UserError
from bot.i18n import gettext_lazy
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

_ANONYMOUS_SERVER = ":forgotten.invalid"
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
    pay_token: LinkToken = field(repr=False)
    """The secret in the buyer's personal link. It only lets one pay for the buyer."""
    created_at: datetime
    attempts: tuple[CheckoutAttempt, ...] = ()
    payments: tuple[Payment, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    gifted_at: datetime | None = None
    """When the seller gave it, for no money."""
    version: int = 0

    @property
    def effective_payment(self) -> Payment | None:
        """The payment that it stands or falls with: the last one that is still there, and was not one too many."""
        own = [each for each in self.payments if not each.duplicate]
        there = [each for each in own if not each.is_reversed]
        sound = [each for each in there if not each.has_open_dispute]
        return next(iter((sound or there or own)[-1:]), None)

    @property
    def forgotten(self) -> bool:
        """Nobody knows any more whose it was."""
        return self.buyer.endswith(_ANONYMOUS_SERVER)

    @property
    def ever_granted(self) -> bool:
        """It was paid for or given once, whatever became of it."""
        return bool(self.payments) or self.gifted_at is not None

    @property
    def access(self) -> Access:
        if self.forgotten:
            return Access.NONE
        if self.gifted_at is not None:
            return Access.GRANTED
        if self.effective_payment is None:
            return Access.NONE
        if self.effective_payment.is_reversed:
            return Access.REVOKED
        return Access.SUSPENDED if self.effective_payment.has_open_dispute else Access.GRANTED

    @property
    def has_access(self) -> bool:
        """The buyer may have the goods."""
        return self.access is Access.GRANTED

    @property
    def delivered(self) -> bool:
        """All that was to be handed over is."""
        return bool(self.deliveries) and self.deliveries[-1].done_at is not None

    @property
    def delivered_on_page(self) -> int:
        """How many of the files that were handed over last the buyer finds on their own page alone."""
        last = self.deliveries[-1].files if self.deliveries else ()
        return sum(each.channel is DeliveryChannel.WEB for each in last)

    @property
    def blocker(self) -> DeliveryBlocker | None:
        """Why what was paid for cannot be handed over yet."""
        return self.deliveries[-1].blocker if self.deliveries else None

    def may_be_paid(self, now: datetime) -> bool:
        """Whether money for it may still come."""
        return any(each.may_be_paid(now) for each in self.attempts)

    @property
    def processing(self) -> bool:
        """The buyer has done their part, the money is on its way."""
        return any(each.state is CheckoutStatus.PROCESSING for each in self.attempts)

    # --- paying

    def require_payable(self) -> None:
        """Raises UserError for what is paid, or as good as paid."""
        if self.forgotten:
            raise UserError(
                gettext_lazy(
                    "You asked me to forget what you had bought, and this was among it, so it can't be"
                    " bought again from your account."
                )
            )
        if self.access is Access.SUSPENDED:
            raise UserError(
                gettext_lazy(
                    "Your bank is looking into your payment for this, so it can't be paid again now."
                    " Once the bank has decided, either your files or your money are there again."
                )
            )
        if self.processing:
            raise UserError(
                gettext_lazy(
                    "Your payment for this is on its way. As soon as it arrives I send you the files."
                )
            )

    def usable_attempt(self, price: Money, now: datetime) -> CheckoutAttempt | None:
        """The checkout to hand out again, so that a second click never makes a second one."""
        if not self.attempts:
            return None
        last = self.attempts[-1]
        needed = {CheckoutStatus.CREATING: MIN_SESSION_LIFETIME, CheckoutStatus.OPEN: REUSE_MARGIN}
        alive = last.state in needed and last.request.expires_at - now > needed[last.state]
        return last if alive and last.request.price == price else None

    def with_attempt(self, request: CheckoutRequest) -> Self:
        payable = self.access in {Access.NONE, Access.REVOKED} and not self.processing
        if not payable or request.attempt != len(self.attempts) + 1:
            raise IllegalTransition(f"purchase {self.id} cannot begin attempt {request.attempt}")
        return replace(self, attempts=(*self.attempts, CheckoutAttempt(request=request)))

    def with_recovered_attempt(
        self, request: CheckoutRequest, session: CheckoutSessionId, url: str | None
    ) -> Self:
        """With a checkout that was made for it, and whose attempt is lost."""
        attempt = CheckoutAttempt(
            request=request, state=CheckoutStatus.OPEN, session=session, url=url
        )
        return replace(self, attempts=(*self.attempts, attempt))

    def attempt_opened(self, number: int, session: CheckoutSessionId, url: str | None) -> Self:
        return self._with_attempt(
            replace(self._attempt(number), state=CheckoutStatus.OPEN, session=session, url=url)
        )

    def attempt_not_made(self, number: int) -> Self:
        """The processor has made no checkout for it, so nobody can pay by it."""
        return self._with_attempt(replace(self._attempt(number), state=CheckoutStatus.EXPIRED))

    def attempt_ended(self, session: CheckoutSessionId, state: CheckoutStatus) -> Self:
        """It is `state` now, without money; what is complete stays so."""
        attempt = self.attempt_of(session)
        if attempt.state is CheckoutStatus.COMPLETE:
            return self
        return self._with_attempt(replace(attempt, state=state, url=None))

    def with_payment(
        self, checkout: CheckoutSession, *, live: bool, unwanted: bool = False
    ) -> Self:
        """With the payment that the checkout brought, as it stands now; the first one that comes is kept.

        `unwanted`: it is to go back, whether or not it is the first one. Raises PaymentMismatch unless the
        checkout is ours, in every point, and paid.
        """
        attempt = self.attempt_of(checkout.session)
        facts, amounts = checkout.verified_payment(attempt.request, live=live)
        settled = self._with_attempt(replace(attempt, state=CheckoutStatus.COMPLETE, url=None))
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
        return replace(settled, payments=(*self.payments, payment.merged_with(facts)))

    def with_snapshot(self, facts: PaymentSnapshot) -> Self:
        """With what the processor says now of a payment of ours; unchanged for any other."""
        return replace(
            self,
            payments=tuple(
                each.merged_with(facts) if each.intent == facts.intent else each
                for each in self.payments
            ),
        )

    def gifted(self, at: datetime) -> Self:
        """For no money, and for good."""
        return self if self.gifted_at is not None else replace(self, gifted_at=at)

    def payment(self, intent: PaymentIntentId) -> Payment | None:
        return next((each for each in self.payments if each.intent == intent), None)

    def account_of(self, payment: Payment) -> AccountId | None:
        """Where the money went: a seller's own account, or the house's (None)."""
        return self.attempt_of(payment.session).request.account

    # --- handing over

    def with_delivery(self, at: datetime, payment: PaymentIntentId | None = None) -> Self:
        """Ready for one more round of delivery; `payment`: the one that it follows from."""
        if not self.has_access:
            raise IllegalTransition(f"purchase {self.id} is not paid")
        round_ = len(self.deliveries) + 1
        fresh = Delivery(number=round_, requested_at=at, payment=payment)
        return replace(self, deliveries=(*self.deliveries, fresh))

    def with_delivered_file(self, round_: int, room: RoomId, handed: DeliveredFile) -> Self:
        delivery = self.deliveries[round_ - 1]
        if handed in delivery.files:
            return self
        return self._with_delivery(replace(delivery, room=room, files=(*delivery.files, handed)))

    def with_blocker(self, round_: int, obstacle: DeliveryBlocker, at: datetime) -> Self:
        delivery = self.deliveries[round_ - 1]
        if delivery.blocker is obstacle or delivery.done_at is not None:
            return self
        return self._with_delivery(replace(delivery, blocker=obstacle, blocked_since=at))

    def with_delivery_done(self, round_: int, at: datetime) -> Self:
        delivery = self.deliveries[round_ - 1]
        return self._with_delivery(replace(delivery, done_at=at, blocker=None, blocked_since=None))

    def with_revoked(self, round_: int, at: datetime) -> Self:
        """Our messages of that round are removed."""
        return self._with_delivery(replace(self.deliveries[round_ - 1], revoked_at=at))

    # --- being forgotten

    def anonymized(self, link: LinkToken) -> Self:
        """What tax law asks for, and nothing that leads to a person; the old link is dead."""
        bare = tuple(replace(each, room=None, files=()) for each in self.deliveries)
        nobody = UserId(f"@forgotten-{self.id[1:]}{_ANONYMOUS_SERVER}")
        return replace(self, buyer=nobody, pay_token=link, deliveries=bare)

    # ---

    def _attempt(self, number: int) -> CheckoutAttempt:
        return self.attempts[number - 1]

    def attempt_of(self, session: CheckoutSessionId) -> CheckoutAttempt:
        """Raises PaymentMismatch for a checkout that is none of ours."""
        for attempt in self.attempts:
            if attempt.session == session:
                return attempt
        raise PaymentMismatch(f"purchase {self.id} has no checkout {session}")

    def _with_attempt(self, changed: CheckoutAttempt) -> Self:
        return replace(
            self,
            attempts=tuple(changed if a.number == changed.number else a for a in self.attempts),
        )

    def _with_delivery(self, changed: Delivery) -> Self:
        return replace(
            self,
            deliveries=tuple(changed if d.number == changed.number else d for d in self.deliveries),
        )
