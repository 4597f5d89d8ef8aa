"""How much of each movement of a payment is tax."""

from bot.domain.money.money import Money
from bot.domain.money.payment import Payment
from bot.domain.purchases.ledger import EntryType

_Moved = tuple[EntryType, str]
"""A movement and its reference, as the ledger has it."""


def tax_of(payment: Payment) -> dict[_Moved, Money]:
    """Return the tax in a payment and in each of its refunds: negative in what went back.

    After each refund the tax that is left is the payment's tax times what is left of the payment, rounded half up
    to the smallest unit; the refund bears the difference. So refunds of all of it bear all of the tax, exactly.
    Disputes bear none: whether tax follows them is decided by the country's law.
    """
    if payment.tax is None:
        return {}
    tax, amount = payment.tax, payment.amount
    parts: dict[_Moved, Money] = {(EntryType.PAID, payment.intent): tax}
    moves = [
        (refund.booked_at, refund.id, EntryType.REFUNDED, -refund.amount.minor)
        for refund in payment.refunds
        if refund.booked_at
    ] + [
        (refund.failure_booked_at, refund.id, EntryType.REFUND_FAILED, refund.amount.minor)
        for refund in payment.refunds
        if refund.failure_booked_at
    ]
    left = amount.minor
    taxed = tax.minor
    for _, reference, movement, minor in sorted(moves):
        left += minor
        now = (2 * tax.minor * left + amount.minor) // (2 * amount.minor)
        parts[movement, reference] = Money(now - taxed, tax.currency)
        taxed = now
    return parts
