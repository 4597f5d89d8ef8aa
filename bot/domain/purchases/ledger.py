"""The ledger: every movement of money, once, for ever. Balances are its sums, never kept beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.money.money import Money
from bot.domain.money.payment import Booking, Dispute, Payment, Refund
from bot.domain.purchases.purchase import Purchase
from bot.ids import OfferId, PurchaseId, UserId


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
    DISPUTE_FEE = "dispute_fee"
    """What the processor keeps for a dispute, won or lost; in the currency that it settles in."""
    DISPUTE_FEE_BACK = "dispute_fee_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One movement; `movement` and `reference` together happen once."""

    movement: Movement
    reference: str
    """The processor's id of what moved it: of a payment, a refund, or an entry of its balance."""
    purchase: PurchaseId
    offer: OfferId
    seller: UserId
    amount: Money
    """Positive for what came in, negative for what went."""
    at: datetime
    """When the processor booked it, however much later we heard of it."""


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


_Moved = tuple[Movement, str, Money, datetime]


def _movements(payment: Payment) -> Iterator[_Moved]:
    yield Movement.PAID, payment.intent, payment.amount, payment.paid_at
    if payment.fee and payment.fee.minor:
        yield Movement.FEE, payment.intent, _out(payment.fee), payment.fee_at or payment.paid_at
    for refund in payment.refunds:
        yield from _of_refund(refund)
    for dispute in payment.disputes:
        yield from _of_dispute(dispute)


def _of_refund(refund: Refund) -> Iterator[_Moved]:
    if refund.booked_at is None:
        return
    yield Movement.REFUNDED, refund.id, _out(refund.amount), refund.booked_at
    if refund.fee_back and refund.fee_back.minor:
        yield Movement.FEE_BACK, refund.id, refund.fee_back, refund.booked_at
    if refund.failure_booked_at:
        yield Movement.REFUND_FAILED, refund.id, refund.amount, refund.failure_booked_at


def _of_dispute(dispute: Dispute) -> Iterator[_Moved]:
    for booking in dispute.bookings:
        moved = booking.amount.minor
        if moved:
            movement = Movement.DISPUTE_WON if moved > 0 else Movement.DISPUTED
            yield movement, booking.id, _disputed(dispute, booking), booking.at
        if booking.fee.minor > 0:
            yield Movement.DISPUTE_FEE, booking.id, _out(booking.fee), booking.at
        elif booking.fee.minor < 0:
            yield Movement.DISPUTE_FEE_BACK, booking.id, _out(booking.fee), booking.at


def _disputed(dispute: Dispute, booking: Booking) -> Money:
    """In the dispute's own currency, as the payment is, where the processor settles in another one."""
    if booking.amount.currency == dispute.amount.currency:
        return booking.amount
    return dispute.amount if booking.amount.minor > 0 else _out(dispute.amount)


def _out(amount: Money) -> Money:
    return Money(-amount.minor, amount.currency)
