"""Money for what will not be handed over goes back."""

from bot.domain.money.payment import Payment
from bot.domain.purchases.purchase import Purchase
from bot.jobs.payment_jobs import RefundPayment
from bot.ports import RefundReason


def refund_undelivered(purchase: Purchase, payment: Payment) -> RefundPayment:
    """Of money that was paid for what is taken down."""
    return RefundPayment(
        purchase=purchase.id,
        intent=payment.intent,
        key=f"taken down:{payment.intent}",
        reason=RefundReason.REQUESTED,
        note="taken down",
    )
