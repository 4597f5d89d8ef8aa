"""What may go back to a buyer, as a job."""

from bot.domain.money.money import Money
from bot.domain.money.payment import Payment
from bot.domain.purchases.purchase import Purchase
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import PaymentIntentId, sale_code_of
from bot.jobs import SendBack
from bot.ports import RefundReason


def refundable_payment(purchase: Purchase, named: PaymentIntentId | None = None) -> Payment:
    """Return the payment that the purchase stands on, or the one that is `named` by its id at the processor.

    Raises Refusal where there is nothing that may be sent back.
    """
    payment = purchase.payment(named) if named else purchase.kept
    if payment is None and named:
        raise Refusal(spoken("That sale has no payment {payment}.", payment=named))
    if named is None and (payment is None or payment.gone):
        _point_to_other(purchase)
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


def _point_to_other(purchase: Purchase) -> None:
    """Raises Refusal if a payment that was to go back by itself is still there: money moves only by name."""
    for other in purchase.payments:
        if other.duplicate and not other.gone:
            raise Refusal(
                spoken(
                    "Another payment of {amount} for that sale was to go back and did not. This sends it back:"
                    " `!ppv refund {sale} {payment}`",
                    amount=other.refundable,
                    sale=sale_code_of(purchase.id),
                    payment=other.intent,
                )
            )


def plan_refund(
    purchase: Purchase,
    amount: Money | None,
    note: str,
    key: str,
    named: PaymentIntentId | None = None,
) -> SendBack:
    """`amount`: None for all that is left; `key`: what makes it one refund. Raises Refusal."""
    payment = refundable_payment(purchase, named)
    left = payment.refundable
    if amount is not None and amount.minor > left.minor:
        raise Refusal(spoken("That is more than is left of it: {left}.", left=left))
    return SendBack(
        purchase=purchase.id,
        intent=payment.intent,
        key=key,
        reason=RefundReason.REQUESTED,
        minor=None if amount in {None, left} and not payment.lost.minor else (amount or left).minor,
        note=note.strip(),
    )
