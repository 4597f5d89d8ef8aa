"""A visit: somebody looked at a page or began to pay. Kept for sellers' figures, and as evidence in disputes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import OfferId, PurchaseId


class AccessKind(StrEnum):
    OFFER_PAGE = "offer page"
    PERSONAL_PAGE = "personal page"
    CHECKOUT = "checkout"
    """The buyer went on to pay."""
    KEYS = "keys"
    """The buyer's browser was given the keys to what they bought."""
    SUCCESS_PAGE = "success page"
    """The buyer came back from paying."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLogEntry:
    """Nothing of the visitor's own is kept: no address, no browser."""

    kind: AccessKind
    offer: OfferId
    purchase: PurchaseId | None
    """Whose personal link it was; None for the page that is everybody's."""
    at: datetime
