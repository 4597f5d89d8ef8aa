"""Money for what will not be handed over goes back."""

from bot.domain.money.payment import Payment
from bot.domain.purchases.purchase import Purchase
from bot.jobs import SendBack
from bot.ports import RefundReason


def way_back(purchase: Purchase, payment: Payment) -> SendBack:
    """Of money that was paid for what is taken down."""
    return SendBack(
        purchase=purchase.id,
        intent=payment.intent,
        key=f"taken down:{payment.intent}",
        reason=RefundReason.REQUESTED,
        note="taken down",
    )
