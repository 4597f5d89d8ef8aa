"""Why a checkout must not be paid any more, and what becomes of a payment that came all the same.

The one place for these rules. It is asked before and after each call to the processor, and when a payment
is recorded; https://docs.stripe.com/api/checkout/sessions/expire ends a checkout only while it is open, so
somebody may always have paid first.
"""

from enum import StrEnum

from bot.domain.money.checkout_attempt import CheckoutAttempt
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.purchase import Access, Purchase
from bot.ports import UnitOfWork


class PaymentObjection(StrEnum):
    FORGOTTEN = "forgotten"
    """Nobody knows whose purchase it was."""
    BLOCKED = "blocked"
    """An admin keeps the buyer out; or, when a checkout is made, the settings or a policy list do."""
    TAKEN_DOWN = "taken_down"
    EMPTIED = "emptied"
    """The files are deleted."""
    OWNED = "owned"
    """It is paid for by another checkout, or was given."""
    SUSPENDED = "suspended"
    """The bank looks into another payment for it."""
    WITHDRAWN = "withdrawn"
    REPRICED = "repriced"
    SUPERSEDED = "superseded"
    """The buyer has a newer checkout."""

    @property
    def refunds(self) -> bool:
        """Whether a payment goes back; otherwise who has paid, has bought."""
        return self not in {
            PaymentObjection.WITHDRAWN,
            PaymentObjection.REPRICED,
            PaymentObjection.SUPERSEDED,
        }


async def payment_objection(
    uow: UnitOfWork, purchase: Purchase, offer: Offer, attempt: CheckoutAttempt
) -> PaymentObjection | None:
    """Return what stands against paying by this attempt now, the gravest first."""
    latest = attempt.number == len(purchase.attempts)
    found = {
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
    return next((each for each, stands in found.items() if stands), None)
