"""A payment: money that came in for a purchase, and what became of it since."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self, TypeVar

from bot.domain.money.money import Money
from bot.errors import OperatorError
from bot.ids import BookingId, ChargeId, CheckoutSessionId, DisputeId, PaymentIntentId, RefundId


class PaymentMismatch(OperatorError):
    """What Stripe says was paid is not what we asked for. Nothing is unlocked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTransaction:
    """One entry of the processor's balance.

    https://docs.stripe.com/api/balance_transactions/object
    """

    id: BookingId
    amount: Money
    """Positive for what came in, negative for what went; before the fee."""
    fee: Money
    """What the processor keeps for it; negative for a fee that it gives back."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that went back, wholly or in part."""

    id: RefundId
    amount: Money
    at: datetime
    """When it was asked for."""
    failed: bool = False
    """It came back: the buyer's bank would not take it. That can happen weeks later."""
    booked_at: datetime | None = None
    """When the money left the balance; None while it has not, which may last days where the balance is too low."""
    failure_booked_at: datetime | None = None
    """When it was back in the balance."""
    fee_back: Money | None = None
    """What was given back of the fee with it."""

    @property
    def settled(self) -> bool:
        """Whether the balance has followed; a refund that failed before it was booked never moves it."""
        return self.failure_booked_at is not None if self.failed else self.booked_at is not None

    def merged_with(self, newer: Self) -> Self:
        return replace(
            newer,
            failed=self.failed or newer.failed,
            booked_at=self.booked_at or newer.booked_at,
            failure_booked_at=self.failure_booked_at or newer.failure_booked_at,
            fee_back=newer.fee_back or self.fee_back,
        )


class DisputeState(StrEnum):
    INQUIRY = "inquiry"
    """The bank asks, or has asked; no money has moved."""
    OPEN = "open"
    """The money is gone until the bank has decided."""
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The buyer's bank wants the money back."""

    id: DisputeId
    amount: Money
    at: datetime
    state: DisputeState
    reason: str
    """The processor's word for it, such as `fraudulent`."""
    answer_by: datetime | None = None
    """Until when evidence is taken."""
    bookings: tuple[BalanceTransaction, ...] = ()
    """What it did to the balance, the oldest first: a bank may reopen what it has decided.

    https://docs.stripe.com/api/disputes/object#dispute_object-balance_transactions
    """

    @property
    def taken(self) -> bool:
        """Whether the bank has the money now."""
        return self.state in {DisputeState.OPEN, DisputeState.LOST}

    @property
    def settled(self) -> bool:
        """Whether the balance has followed the bank's last word."""
        return self.taken is (sum(each.amount.minor for each in self.bookings) < 0)

    def merged_with(self, newer: Self) -> Self:
        """Return the last word; payments are asked about one at a time, so that is the newer one."""
        bookings = _all_bookings(self, newer)
        if newer.state is DisputeState.INQUIRY and self.state is not DisputeState.INQUIRY:
            return replace(self, bookings=bookings)
        return replace(newer, bookings=bookings)


def _all_bookings(known: Dispute, told: Dispute) -> tuple[BalanceTransaction, ...]:
    """Return known and told ones by id.

    A booking that was recorded before ids were kept bears the dispute's, and stands for one of its direction.
    """
    ids = {each.id for each in known.bookings}
    nameless = [each.amount.minor > 0 for each in known.bookings if each.id == BookingId(known.id)]
    fresh = []
    for each in told.bookings:
        if each.id in ids:
            continue
        comes_in = each.amount.minor > 0
        if comes_in in nameless:
            nameless.remove(comes_in)
        else:
            fresh.append(each)
    return (*known.bookings, *fresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSnapshot:
    """What the payment processor says of a payment when it is asked."""

    intent: PaymentIntentId
    charge: ChargeId | None
    amount: Money
    at: datetime
    fee: Money | None = None
    """What the processor keeps, in the currency that it settles in; None while it is not known."""
    fee_at: datetime | None = None
    """When it was booked, which may be after the payment."""
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    fraud_warning: bool = False
    """The card's network has warned of fraud."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The buyer has accepted terms at checkout."""

    version: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment. Facts about it only ever become more."""

    intent: PaymentIntentId
    session: CheckoutSessionId
    amount: Money
    """All that the buyer paid, tax included."""
    paid_at: datetime
    tax: Money | None = None
    """How much of it is tax."""
    charge: ChargeId | None = None
    fee: Money | None = None
    fee_at: datetime | None = None
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    fraud_warning: bool = False
    consent: Consent | None = None
    duplicate: bool = False
    """To be refunded: the buyer owned it already, or may not have it (see `payment_objection`)."""

    @property
    def refunded(self) -> Money:
        back = sum(refund.amount.minor for refund in self.refunds if not refund.failed)
        return Money(back, self.amount.currency)

    @property
    def lost(self) -> Money:
        """What the bank has taken for good: all of it, unless the dispute was over a part."""
        taken = sum(
            each.amount.minor
            if each.amount.currency == self.amount.currency
            else self.amount.minor  # Converted by the bank, so it does not tell how large a part it is.
            for each in self.disputes
            if each.state is DisputeState.LOST
        )
        return Money(min(taken, self.amount.minor), self.amount.currency)

    @property
    def refundable(self) -> Money:
        left = self.amount.minor - self.refunded.minor - self.lost.minor
        return Money(max(0, left), self.amount.currency)

    @property
    def has_open_dispute(self) -> bool:
        """Not decided yet."""
        return any(each.state is DisputeState.OPEN for each in self.disputes)

    @property
    def settled(self) -> bool:
        """Whether the processor has booked all that is known to have happened."""
        refunds = all(each.settled for each in self.refunds)
        return self.fee is not None and refunds and all(each.settled for each in self.disputes)

    @property
    def is_reversed(self) -> bool:
        """All of it went back, or the bank took it."""
        return self.refundable.minor <= 0

    def merged_with(self, facts: PaymentSnapshot) -> Self:
        """With what the processor says now. Raises PaymentMismatch if the amount has changed."""
        if facts.amount != self.amount:
            raise PaymentMismatch(f"payment {self.intent} is {facts.amount}, not {self.amount}")
        return replace(
            self,
            charge=facts.charge or self.charge,
            fee=self.fee or facts.fee,
            fee_at=self.fee_at or facts.fee_at,
            refunds=_merged(self.refunds, facts.refunds),
            disputes=_merged(self.disputes, facts.disputes),
            fraud_warning=self.fraud_warning or facts.fraud_warning,
        )


T = TypeVar("T", Refund, Dispute)


def _merged(known: Iterable[T], told: Iterable[T]) -> tuple[T, ...]:
    """By id, the oldest first; answers may overtake each other, so nothing known is forgotten."""
    parts = {each.id: each for each in known}
    for each in told:
        parts[each.id] = parts[each.id].merged_with(each) if each.id in parts else each
    return tuple(sorted(parts.values(), key=lambda each: (each.at, each.id)))
