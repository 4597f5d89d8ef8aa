"""What buyers are to get."""

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
