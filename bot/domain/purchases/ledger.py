"""The ledger: every movement of money, once, for ever. Balances are its sums, never kept beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.money.money import Money
from bot.domain.money.payment import BalanceTransaction, Dispute, Payment, Refund
from bot.domain.purchases.purchase import Purchase
from bot.ids import OfferId, PurchaseId, UserId


class EntryType(StrEnum):
    """Why money moved."""

    PAID = "paid"
    FEE = "fee"
    """What the processor keeps, in the currency that it settles in."""
    FEE_REFUND = "fee_back"
    """What was given back of a fee with a refund."""
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_FEE = "dispute_fee"
    """What the processor keeps for a dispute, won or lost; in the currency that it settles in."""
    DISPUTE_FEE_REFUND = "dispute_fee_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One movement; `movement` and `reference` together happen once."""

    entry_type: EntryType
    reference: str
    """The processor's id of what moved it: of a payment, a refund, or an entry of its balance."""
    purchase: PurchaseId
    offer: OfferId
    seller: UserId
    amount: Money
    """Positive for what came in, negative for what went."""
    at: datetime
    """When the processor booked it, however much later we heard of it."""


def entries_of(purchase: Purchase, seller: UserId) -> tuple[LedgerEntry, ...]:
    """All movements that its payments stand for, however often it is asked."""

    def entry(movement: EntryType, reference: str, amount: Money, at: datetime) -> LedgerEntry:
        return LedgerEntry(
            entry_type=movement,
            reference=reference,
            purchase=purchase.id,
            offer=purchase.offer,
            seller=seller,
            amount=amount,
            at=at,
        )

    return tuple(
        entry(*movement) for payment in purchase.payments for movement in _payment_entries(payment)
    )


_Entries = tuple[EntryType, str, Money, datetime]


def _payment_entries(payment: Payment) -> Iterator[_Entries]:
    yield EntryType.PAID, payment.intent, payment.amount, payment.paid_at
    if payment.fee and payment.fee.minor:
        yield (
            EntryType.FEE,
            payment.intent,
            _negated(payment.fee),
            payment.fee_at or payment.paid_at,
        )
    for refund in payment.refunds:
        yield from _refund_entries(refund)
    for dispute in payment.disputes:
        yield from _dispute_entries(dispute)


def _refund_entries(refund: Refund) -> Iterator[_Entries]:
    if refund.booked_at is None:
        return
    yield EntryType.REFUNDED, refund.id, _negated(refund.amount), refund.booked_at
    if refund.fee_back and refund.fee_back.minor:
        yield EntryType.FEE_REFUND, refund.id, refund.fee_back, refund.booked_at
    if refund.failure_booked_at:
        yield EntryType.REFUND_FAILED, refund.id, refund.amount, refund.failure_booked_at


def _dispute_entries(dispute: Dispute) -> Iterator[_Entries]:
    for booking in dispute.bookings:
        moved = booking.amount.minor
        if moved:
            movement = EntryType.DISPUTE_WON if moved > 0 else EntryType.DISPUTED
            yield movement, booking.id, _disputed(dispute, booking), booking.at
        if booking.fee.minor > 0:
            yield EntryType.DISPUTE_FEE, booking.id, _negated(booking.fee), booking.at
        elif booking.fee.minor < 0:
            yield EntryType.DISPUTE_FEE_REFUND, booking.id, _negated(booking.fee), booking.at


def _disputed(dispute: Dispute, booking: BalanceTransaction) -> Money:
    """In the dispute's own currency, as the payment is, where the processor settles in another one."""
    if booking.amount.currency == dispute.amount.currency:
        return booking.amount
    return dispute.amount if booking.amount.minor > 0 else _negated(dispute.amount)


def _negated(amount: Money) -> Money:
    return Money(-amount.minor, amount.currency)
