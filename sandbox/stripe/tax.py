"""Stripe Tax as far as a checkout shows it: one rate for everybody, known once the buyer has said where they live.

https://docs.stripe.com/tax/checkout
"""

from sandbox.stripe.ledger import Basket
from sandbox.stripe.vocabulary import StripeObject

PERCENT = 20


def settle(session: StripeObject, basket: Basket) -> None:
    """Work it out; a session whose tax is known stays as it is."""
    if basket.tax_behavior is None or session["automatic_tax"]["status"] == "complete":
        return
    subtotal = session["amount_subtotal"]
    if basket.tax_behavior == "inclusive":
        tax = subtotal - round(subtotal * 100 / (100 + PERCENT))
        total = subtotal
    else:
        tax = round(subtotal * PERCENT / 100)
        total = subtotal + tax
    session["automatic_tax"] = session["automatic_tax"] | {"status": "complete"}
    session["amount_total"] = total
    session["total_details"] = session["total_details"] | {"amount_tax": tax}
