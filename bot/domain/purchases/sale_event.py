"""What there is to tell of a sale."""

from enum import StrEnum


class SaleNotification(StrEnum):
    SOLD = "sold"
    PAYMENT_PENDING = "under_way"
    """The buyer has done their part; the money takes days."""
    PAYMENT_FAILED = "not_paid"
    """It did not come after all."""
    DUPLICATE_PAYMENT = "paid_twice"
    REFUND_SENT = "sent_back"
    """It was paid for when it could not be bought any more."""
    REFUNDED = "refunded"
    """Wholly or in part."""
    REFUND_FAILED = "refund_failed"
    REFUND_REQUESTED = "wants_back"
    """The buyer would like to give it back, and has no right to."""
    DISPUTED = "disputed"
    INQUIRY = "inquiry"
    """The bank asks before it disputes."""
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


TO_BUYERS = frozenset(SaleNotification) - {
    SaleNotification.SOLD,
    SaleNotification.INQUIRY,
    SaleNotification.REFUND_REQUESTED,
}
TO_SELLERS = frozenset(SaleNotification) - {
    SaleNotification.PAYMENT_PENDING,
    SaleNotification.PAYMENT_FAILED,
    SaleNotification.DUPLICATE_PAYMENT,
    SaleNotification.REFUND_SENT,
}
