"""What may go back to a buyer, as a job."""

from bot.errors import Refusal
from bot.jobs import SendBack
from bot.money import Money
from bot.payment import Payment
from bot.ports import RefundReason
from bot.purchase import Purchase
from bot.words import spoken


def refundable_payment(purchase: Purchase) -> Payment:
    """Raises Refusal where there is nothing that may be sent back."""
    payment = purchase.kept
    if payment is None:
        raise Refusal(spoken("Nothing was paid for that yet, so there is nothing to send back."))
    if payment.disputed:
        raise Refusal(
            spoken(
                "The buyer's bank has this payment under dispute, so it decides where the money goes. It"
                " can't be refunded as well."
            )
        )
    if payment.gone:
        raise Refusal(spoken("All of that went back to the buyer already."))
    return payment


def plan_refund(purchase: Purchase, amount: Money | None, note: str, key: str) -> SendBack:
    """`amount`: None for all that is left; `key`: what makes it one refund. Raises Refusal."""
    payment = refundable_payment(purchase)
    left = payment.refundable
    if amount is not None and amount.minor > left.minor:
        raise Refusal(spoken("That is more than is left of it: {left}.", left=left))
    return SendBack(
        purchase=purchase.id,
        intent=payment.intent,
        key=key,
        reason=RefundReason.REQUESTED,
        minor=amount.minor if amount and amount != left else None,
        note=note.strip(),
    )
