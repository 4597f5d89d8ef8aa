"""Reasons why a checkout must not be paid any more, and whether a payment that arrives anyway is refunded.

Checked before and after each call to Stripe, and when a payment is recorded, because
https://docs.stripe.com/api/checkout/sessions/expire works only on an open session: the buyer may have paid before.
"""

from enum import StrEnum

from bot.domain.money.checkout_attempt import CheckoutAttempt
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.purchase import Access, Purchase
from bot.ports import UnitOfWork


class PaymentObjection(StrEnum):
    FORGOTTEN = "forgotten"
    """The buyer was erased."""
    BLOCKED = "blocked"
    """An admin blocks the buyer; when a checkout is created, also the settings or a policy list."""
    TAKEN_DOWN = "taken_down"
    EMPTIED = "emptied"
    """The files are deleted."""
    OWNED = "owned"
    """The purchase was paid by another checkout, or was a gift."""
    SUSPENDED = "suspended"
    """Another payment for it is under dispute."""
    WITHDRAWN = "withdrawn"
    REPRICED = "repriced"
    SUPERSEDED = "superseded"
    """The buyer has a newer checkout."""

    @property
    def refunds(self) -> bool:
        """Whether a payment is refunded; otherwise it completes the purchase."""
        return self not in {
            PaymentObjection.WITHDRAWN,
            PaymentObjection.REPRICED,
            PaymentObjection.SUPERSEDED,
        }


async def payment_objection(
    uow: UnitOfWork, purchase: Purchase, offer: Offer, attempt: CheckoutAttempt
) -> PaymentObjection | None:
    """Return the gravest objection to paying this attempt now, or None."""
    latest = attempt.number == len(purchase.attempts)
    objections = {
        PaymentObjection.FORGOTTEN: purchase.forgotten,
        PaymentObjection.BLOCKED: await uow.blocks.has(purchase.buyer),
        PaymentObjection.TAKEN_DOWN: offer.state is OfferState.TAKEN_DOWN,
        PaymentObjection.EMPTIED: offer.files_deleted,
        PaymentObjection.OWNED: purchase.access is Access.GRANTED,
        PaymentObjection.SUSPENDED: purchase.access is Access.SUSPENDED,
        PaymentObjection.WITHDRAWN: offer.state is not OfferState.OPEN,
        PaymentObjection.REPRICED: offer.price != attempt.request.price,
        PaymentObjection.SUPERSEDED: not latest,
    }
    return next((each for each, applies in objections.items() if applies), None)
