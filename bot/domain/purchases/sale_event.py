"""What there is to tell of a sale."""

from enum import StrEnum


class News(StrEnum):
    SOLD = "sold"
    UNDER_WAY = "under_way"
    """The buyer has done their part; the money takes days."""
    NOT_PAID = "not_paid"
    """It did not come after all."""
    PAID_TWICE = "paid_twice"
    SENT_BACK = "sent_back"
    """It was paid for when it could not be bought any more."""
    REFUNDED = "refunded"
    """Wholly or in part."""
    REFUND_FAILED = "refund_failed"
    WANTS_BACK = "wants_back"
    """The buyer would like to give it back, and has no right to."""
    DISPUTED = "disputed"
    INQUIRY = "inquiry"
    """The bank asks before it disputes."""
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"


TO_BUYERS = frozenset(News) - {News.SOLD, News.INQUIRY, News.WANTS_BACK}
TO_SELLERS = frozenset(News) - {News.UNDER_WAY, News.NOT_PAID, News.PAID_TWICE, News.SENT_BACK}
