"""What buyers are to get, and what they must give up again. What concerns one purchase happens in order."""

from dataclasses import dataclass

from bot.ids import PurchaseId, UserId
from bot.jobs.guarantee import Owed


@dataclass(frozen=True, slots=True)
class Deliver(Owed):
    """Hand the goods to the buyer."""

    purchase: PurchaseId
    round: int
    buyer: UserId

    @property
    def lane(self) -> str:
        return delivery_lock(self.buyer, self.purchase)


@dataclass(frozen=True, slots=True)
class RevokeDelivery(Owed):
    """Remove what was delivered: the money went back."""

    purchase: PurchaseId
    buyer: UserId

    @property
    def lane(self) -> str:
        return delivery_lock(self.buyer, self.purchase)


def delivery_lock(buyer: UserId, purchase: PurchaseId | None = None) -> str:
    """Return the lane of one purchase, so that a delivery in back-off holds up no other one of the buyer's.

    Without `purchase`: the prefix of all lanes of the buyer, to be woken when the buyer can be reached again.
    """
    return f"buyer:{buyer} {purchase or ''}"
