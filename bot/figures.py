"""How an offer does, in numbers."""

from dataclasses import dataclass, field

from bot.ids import OfferId


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFigures:
    """What happened to one offer until now. Money is told by the ledger."""

    offer: OfferId
    text: str = field(repr=False)
    opens: int
    """Of its pages, one a minute at most."""
    checkouts: int
    paid: int
    delivered: int
    """To so many buyers."""
