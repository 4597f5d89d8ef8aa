"""What a checkout at the processor tells of its purchase, in case our records lose it."""

from dataclasses import dataclass, field

from bot.domain.money.money import Money
from bot.ids import OfferId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutMark:
    """Sealed into the checkout's metadata, together with what it is bound to: see `ports.CheckoutMarks`."""

    offer: OfferId
    buyer: UserId = field(repr=False)
    commission: Money | None = None
