"""What is left of a price for its seller."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

from bot.domain.money.connected_account import ApplicationFee
from bot.domain.money.currencies import CURRENCIES
from bot.domain.money.money import Money


@dataclass(frozen=True, slots=True)
class ProcessorFee:
    """What the payment processor keeps of each payment, as its contract says."""

    percent: Decimal
    fixed: Decimal
    """In major units."""

    def amount_for(self, price: Money) -> int:
        """In minor units, rounded up."""
        fixed = self.fixed.scaleb(CURRENCIES[price.currency].exponent)
        return int((price.minor * self.percent / 100 + fixed).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class Fees:
    """An estimate: cards of other countries and other ways to pay cost more."""

    processor: Mapping[str, ProcessorFee] = field(default_factory=dict)
    """By currency."""
    commission: ApplicationFee | None = None

    def net_of(self, price: Money) -> Money | None:
        """None where it is not known."""
        fee = self.processor.get(price.currency)
        if fee is None:
            return None
        kept = fee.amount_for(price) + (
            self.commission.amount_for(price.minor) if self.commission else 0
        )
        return Money(max(0, price.minor - kept), price.currency)
