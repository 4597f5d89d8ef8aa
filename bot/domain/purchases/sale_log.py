"""The life of a sale, as an operator reads it in the log: by codes and ids, without names and words."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.purchase import Access, Purchase
from bot.ids import code_of, sale_code_of


@dataclass(frozen=True, slots=True)
class SaleEvent:
    """One step of it. `about` are the ids that find it elsewhere."""

    message: str
    about: dict[str, str] = field(default_factory=dict)


def offer_events(before: Offer, after: Offer) -> Iterator[SaleEvent]:
    """Return what happened between two states of an offer."""
    if after.state is OfferState.OPEN and before.state is not OfferState.OPEN:
        yield SaleEvent("offer published", {"offer": str(code_of(after.id))})


def purchase_events(before: Purchase | None, after: Purchase) -> Iterator[SaleEvent]:
    """Return what happened between two states of a purchase; None before it was made."""
    about = {"offer": code_of(after.offer), "sale": sale_code_of(after.id)}
    opened = {each.session for each in before.attempts} if before else set()
    for attempt in after.attempts:
        if attempt.session and attempt.session not in opened:
            yield SaleEvent("checkout opened", about | {"attempt": str(attempt.request.attempt)})
    for payment in after.payments:
        known = before.payment(payment.intent) if before else None
        paying = about | {"payment": payment.intent}
        if known is None:
            yield SaleEvent("paid", paying | {"amount": str(payment.amount)})
        if payment.refunded.minor > (known.refunded.minor if known else 0):
            yield SaleEvent("refunded", paying | {"amount": str(payment.refunded)})
    handed = {each.number for each in before.deliveries if each.done_at} if before else set()
    for delivery in after.deliveries:
        if delivery.done_at and delivery.number not in handed:
            yield SaleEvent("delivered", about | {"round": str(delivery.number)})
    if after.access is Access.REVOKED and not (before and before.access is Access.REVOKED):
        yield SaleEvent("access revoked", about)
