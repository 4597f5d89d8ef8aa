"""How an offer does, in numbers."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.ids import OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferStats:
    """What happened to one offer until now. Money is told by the ledger."""

    offer: OfferId
    text: str = field(repr=False)
    page_views: int
    """Of its pages, one a minute at most."""
    checkouts: int
    paid: int
    delivered: int
    """To so many buyers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelDay:
    """How far those came who first opened their personal link within the same five minutes. Each is counted in every
    step that they took, whenever that was. Presents are left out."""

    at: datetime
    """When these begin: no time zone's day begins within them."""
    currency: str
    """In which they paid, or would have."""
    page_views: int
    """The link, or went on from it unseen."""
    checkouts: int
    """A checkout was made for them."""
    paid: int
    delivered: int
