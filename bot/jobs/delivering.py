"""What buyers are to get, and what they must give up again. One buyer's matters happen in order."""

from dataclasses import dataclass

from bot.ids import PurchaseId, UserId
from bot.jobs.ending import Owed


@dataclass(frozen=True, slots=True)
class Deliver(Owed):
    """Hand the goods to the buyer."""

    purchase: PurchaseId
    round: int
    buyer: UserId

    @property
    def lane(self) -> str:
        return delivery_lane(self.buyer)


@dataclass(frozen=True, slots=True)
class TakeBack(Owed):
    """Remove what was delivered: the money went back."""

    purchase: PurchaseId
    buyer: UserId

    @property
    def lane(self) -> str:
        return delivery_lane(self.buyer)


def delivery_lane(buyer: UserId) -> str:
    """To be woken when the buyer can be reached again."""
    return f"buyer:{buyer} "
