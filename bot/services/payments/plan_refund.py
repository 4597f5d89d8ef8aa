"""Validate a refund and build its job."""

from bot.domain.money.money import Money
from bot.domain.money.payment import Payment
from bot.domain.purchases.purchase import Purchase
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import PaymentIntentId, sale_code_of
from bot.jobs.payment_jobs import RefundPayment
from bot.ports import RefundReason


def refundable_payment(purchase: Purchase, named: PaymentIntentId | None = None) -> Payment:
    """Return the effective payment of the purchase, or the payment with the id `named`.

    Raises UserError if it cannot be refunded.
    """
    payment = purchase.payment(named) if named else purchase.effective_payment
    if payment is None and named:
        raise UserError(gettext_lazy("That sale has no payment {payment}.", payment=named))
    if named is None and (payment is None or payment.is_reversed):
        _raise_for_unrefunded_duplicate(purchase)
    if payment is None:
        raise UserError(
            gettext_lazy("Nothing was paid for that yet, so there is nothing to send back.")
        )
    if payment.has_open_dispute:
        raise UserError(
            gettext_lazy(
                "The buyer's bank has this payment under dispute, so it decides where the money goes. It"
                " can't be refunded as well."
            )
        )
    if payment.is_reversed:
        raise UserError(gettext_lazy("All of that went back to the buyer already."))
    return payment


def _raise_for_unrefunded_duplicate(purchase: Purchase) -> None:
    """Raise UserError that names a duplicate payment whose automatic refund failed, if there is one."""
    for other in purchase.payments:
        if other.duplicate and not other.is_reversed:
            raise UserError(
                gettext_lazy(
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
) -> RefundPayment:
    """Return the refund job. `amount`: None for the whole rest; `key`: idempotency key. Raises UserError."""
    payment = refundable_payment(purchase, named)
    left = payment.refundable
    if amount is not None and amount.minor > left.minor:
        raise UserError(gettext_lazy("That is more than is left of it: {left}.", left=left))
    return RefundPayment(
        purchase=purchase.id,
        intent=payment.intent,
        key=key,
        reason=RefundReason.REQUESTED,
        minor=None if amount in {None, left} and not payment.lost.minor else (amount or left).minor,
        note=note.strip(),
    )
