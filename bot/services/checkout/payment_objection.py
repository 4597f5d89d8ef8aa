"""Why a checkout must not be paid any more, and what becomes of a payment that came all the same.

The one place for these rules. It is asked before and after each call to the processor, and when a payment
is recorded; https://docs.stripe.com/api/checkout/sessions/expire ends a checkout only while it is open, so
somebody may always have paid first.
"""

from enum import StrEnum

from bot.domain.money.checkout_attempt import Attempt
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.purchase import Access, Purchase
from bot.ports import UnitOfWork


class Objection(StrEnum):
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
    def sends_back(self) -> bool:
        """Whether a payment goes back; otherwise who has paid, has bought."""
        return self not in {Objection.WITHDRAWN, Objection.REPRICED, Objection.SUPERSEDED}


async def objection(
    uow: UnitOfWork, purchase: Purchase, offer: Offer, attempt: Attempt
) -> Objection | None:
    """Return what stands against paying by this attempt now, the gravest first."""
    latest = attempt.number == len(purchase.attempts)
    found = {
        Objection.FORGOTTEN: purchase.forgotten,
        Objection.BLOCKED: await uow.blocks.has(purchase.buyer),
        Objection.TAKEN_DOWN: offer.state is OfferState.TAKEN_DOWN,
        Objection.EMPTIED: offer.emptied,
        Objection.OWNED: purchase.access is Access.GRANTED,
        Objection.SUSPENDED: purchase.access is Access.SUSPENDED,
        Objection.WITHDRAWN: offer.state is not OfferState.OPEN,
        Objection.REPRICED: offer.price != attempt.request.price,
        Objection.SUPERSEDED: not latest,
    }
    return next((each for each, stands in found.items() if stands), None)
