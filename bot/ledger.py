"""The ledger: every movement of money, once, for ever. Balances are its sums, never kept beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import OfferId, PurchaseId, UserId
from bot.money import Money
from bot.payment import Dispute, DisputeState, Payment, Refund
from bot.purchase import Purchase


class Movement(StrEnum):
    """Why money moved."""

    PAID = "paid"
    FEE = "fee"
    """What the processor keeps, in the currency that it settles in."""
    FEE_BACK = "fee_back"
    """What was given back of a fee with a refund."""
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement; `movement` and `reference` together happen once."""

    movement: Movement
    reference: str
    """The processor's id of what moved it."""
    purchase: PurchaseId
    offer: OfferId
    seller: UserId
    amount: Money
    """Positive for what came in, negative for what went."""
    at: datetime


def entries_of(purchase: Purchase, seller: UserId) -> tuple[Entry, ...]:
    """All movements that its payments stand for, however often it is asked."""

    def entry(movement: Movement, reference: str, amount: Money, at: datetime) -> Entry:
        return Entry(
            movement=movement,
            reference=reference,
            purchase=purchase.id,
            offer=purchase.offer,
            seller=seller,
            amount=amount,
            at=at,
        )

    return tuple(
        entry(*movement) for payment in purchase.payments for movement in _movements(payment)
    )


_ONCE = 2
"""Taken, and back again."""

_Moved = tuple[Movement, str, Money, datetime]


def _movements(payment: Payment) -> Iterator[_Moved]:
    yield Movement.PAID, payment.intent, payment.amount, payment.paid_at
    if payment.fee and payment.fee.minor:
        yield Movement.FEE, payment.intent, _out(payment.fee), payment.paid_at
    for refund in payment.refunds:
        yield from _of_refund(refund)
    for dispute in payment.disputes:
        yield from _of_dispute(dispute)


def _of_refund(refund: Refund) -> Iterator[_Moved]:
    yield Movement.REFUNDED, refund.id, _out(refund.amount), refund.at
    if refund.fee_back and refund.fee_back.minor:
        yield Movement.FEE_BACK, refund.id, refund.fee_back, refund.at
    if refund.failed:
        yield Movement.REFUND_FAILED, refund.id, refund.amount, refund.at


def _of_dispute(dispute: Dispute) -> Iterator[_Moved]:
    if dispute.state is DisputeState.INQUIRY:
        return
    for turn in range(dispute.turns + 1):
        reference = dispute.id if turn < _ONCE else f"{dispute.id}:{turn // 2 + 1}"
        if turn % 2:
            yield Movement.DISPUTE_WON, reference, dispute.amount, dispute.at
        else:
            yield Movement.DISPUTED, reference, _out(dispute.amount), dispute.at


def _out(amount: Money) -> Money:
    return Money(-amount.minor, amount.currency)
