"""What Stripe says of a payment, in our words."""

from collections.abc import Iterable
from datetime import UTC, datetime

from stripe import BalanceTransaction, Charge, PaymentIntent
from stripe import Dispute as StripeDispute
from stripe import Refund as StripeRefund

from bot.ids import ChargeId, DisputeId, PaymentIntentId, RefundId
from bot.money import Money
from bot.payment import Dispute, DisputeState, PaymentFacts, Refund

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
) -> PaymentFacts | None:
    """None while no money has come in."""
    charge = charge_of(intent)
    if intent.status != "succeeded" or charge is None:
        return None
    return PaymentFacts(
        intent=PaymentIntentId(intent.id),
        charge=ChargeId(charge.id),
        amount=Money(intent.amount_received, intent.currency),
        at=_time(charge.created),
        fee=_fee(charge),
        refunds=tuple(map(_refund, refunds)),
        disputes=tuple(map(_dispute, disputes)),
        warned=warned,
    )


def _fee(charge: Charge) -> Money | None:
    booked = charge.balance_transaction
    if not isinstance(booked, BalanceTransaction):
        return None
    return Money(booked.fee, booked.currency)


def _refund(refund: StripeRefund) -> Refund:
    return Refund(
        id=RefundId(refund.id),
        amount=Money(refund.amount, refund.currency),
        at=_time(refund.created),
        failed=refund.status in FAILED,
        fee_back=_fee_back(refund),
    )


def _fee_back(refund: StripeRefund) -> Money | None:
    """Fees that are given back are booked as negative ones."""
    booked = refund.balance_transaction
    if not isinstance(booked, BalanceTransaction) or booked.fee >= 0:
        return None
    return Money(-booked.fee, booked.currency)


def _dispute(dispute: StripeDispute) -> Dispute:
    due = dispute.evidence_details.due_by
    return Dispute(
        id=DisputeId(dispute.id),
        amount=Money(dispute.amount, dispute.currency),
        at=_time(dispute.created),
        state=_DISPUTES.get(dispute.status, DisputeState.OPEN),
        reason=dispute.reason,
        answer_by=_time(due) if due else None,
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
