"""What buyers are to get, and what they must give up again."""

from dataclasses import dataclass

from bot.ids import PurchaseId


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand the goods to the buyer."""

    purchase: PurchaseId
    round: int

    @property
    def lane(self) -> str:
        return f"purchase:{self.purchase}"


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Remove what was delivered: the money went back."""

    purchase: PurchaseId

    @property
    def lane(self) -> str:
        return f"purchase:{self.purchase}"
