"""What became of the money."""

from dataclasses import dataclass

from bot.ids import CheckoutSessionId, PurchaseId


@dataclass(frozen=True, slots=True)
class Settle:
    """Ask the payment processor about a checkout, and record what it says."""

    session: CheckoutSessionId

    @property
    def lane(self) -> str:
        return f"checkout:{self.session}"


@dataclass(frozen=True, slots=True)
class TellSeller:
    """Tell the seller of a sale."""

    purchase: PurchaseId

    @property
    def lane(self) -> str:
        return f"sale:{self.purchase}"
