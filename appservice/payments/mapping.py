"""What Stripe says of a payment, in our words."""

from collections.abc import Iterable
from datetime import UTC, datetime

from stripe import BalanceTransaction as StripeBalanceTransaction
from stripe import Charge, PaymentIntent
from stripe import Dispute as StripeDispute
from stripe import Refund as StripeRefund

from bot.domain.money.money import Money
from bot.domain.money.payment import (
    BalanceTransaction,
    Dispute,
    DisputeState,
    PaymentSnapshot,
    Refund,
)
from bot.ids import BookingId, ChargeId, DisputeId, PaymentIntentId, RefundId

FAILED = {"failed", "canceled"}
"""Refunds that were not made: https://docs.stripe.com/api/refunds/object#refund_object-status"""
_DISPUTES = {
    "won": DisputeState.WON,
    "prevented": DisputeState.WON,
    "lost": DisputeState.LOST,
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.INQUIRY,
}
"""https://docs.stripe.com/api/disputes/object#dispute_object-status; all others are open."""


def charge_of(intent: PaymentIntent) -> Charge | None:
    """Of an intent whose `latest_charge` is expanded."""
    return intent.latest_charge if isinstance(intent.latest_charge, Charge) else None


def facts_of(
    intent: PaymentIntent,
    refunds: Iterable[StripeRefund],
    disputes: Iterable[StripeDispute],
    *,
    warned: bool,
) -> PaymentSnapshot | None:
    """None while no money has come in."""
    charge = charge_of(intent)
    if intent.status != "succeeded" or charge is None:
        return None
    booked = _booking(charge.balance_transaction)
    return PaymentSnapshot(
        intent=PaymentIntentId(intent.id),
        charge=ChargeId(charge.id),
        amount=Money(intent.amount_received, intent.currency),
        at=booked.at if booked else _time(charge.created),
        fee=booked.fee if booked else None,
        fee_at=booked.at if booked else None,
        refunds=tuple(map(_refund, refunds)),
        disputes=tuple(map(_dispute, disputes)),
        fraud_warning=warned,
    )


def _booking(booked: str | StripeBalanceTransaction | None) -> BalanceTransaction | None:
    """None for what is not booked yet; it is to be expanded.

    Stripe books many payments up to an hour later: https://docs.stripe.com/payments/payment-intents/asynchronous-capture
    """
    if not isinstance(booked, StripeBalanceTransaction):
        return None
    return BalanceTransaction(
        id=BookingId(booked.id),
        amount=Money(booked.amount, booked.currency),
        fee=Money(booked.fee, booked.currency),
        at=_time(booked.created),
    )


def _refund(refund: StripeRefund) -> Refund:
    booked = _booking(refund.balance_transaction)
    failure = _booking(
        getattr(refund, "failure_balance_transaction", None)
    )  # Stripe leaves it out.
    gives_back = booked is not None and booked.fee.minor < 0
    return Refund(
        id=RefundId(refund.id),
        amount=Money(refund.amount, refund.currency),
        at=_time(refund.created),
        failed=refund.status in FAILED,
        booked_at=booked.at if booked else None,
        failure_booked_at=failure.at if failure else None,
        fee_back=Money(-booked.fee.minor, booked.fee.currency) if booked and gives_back else None,
    )


def _dispute(dispute: StripeDispute) -> Dispute:
    due = dispute.evidence_details.due_by
    bookings = filter(None, map(_booking, dispute.balance_transactions))
    return Dispute(
        id=DisputeId(dispute.id),
        amount=Money(dispute.amount, dispute.currency),
        at=_time(dispute.created),
        state=_DISPUTES.get(dispute.status, DisputeState.OPEN),
        reason=dispute.reason,
        answer_by=_time(due) if due else None,
        bookings=tuple(sorted(bookings, key=lambda each: (each.at, each.id))),
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
