"""What buyers are to get, and what they must give up again. What concerns one purchase happens in order."""

from dataclasses import dataclass

from bot.ids import PurchaseId, UserId
from bot.jobs.job import Owed


@dataclass(frozen=True, slots=True)
class Deliver(Owed):
    """Hand the goods to the buyer."""

    purchase: PurchaseId
    round: int
    buyer: UserId

    has_reserved_slot = True
    replies_in_thread = True

    @property
    def lock(self) -> str:
        return delivery_lock(self.buyer, self.purchase)


@dataclass(frozen=True, slots=True)
class RevokeDelivery(Owed):
    """Remove what was delivered: the money went back."""

    purchase: PurchaseId
    buyer: UserId

    former_name = "take_back"
    has_reserved_slot = True

    @property
    def lock(self) -> str:
        return delivery_lock(self.buyer, self.purchase)


def delivery_lock(buyer: UserId, purchase: PurchaseId | None = None) -> str:
    """Return the lock of one purchase, so that a delivery in back-off delays no other one of the buyer's.

    Without `purchase`: the prefix of all locks of the buyer, to be woken when the buyer can be reached again.
    """
    return f"buyer:{buyer} {purchase or ''}"
