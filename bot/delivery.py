"""A delivery: one round of handing over what was paid for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import AttachmentId, EventId, PaymentIntentId, PurchaseId, RoomId, TxId, tx_id


@dataclass(frozen=True, slots=True)
class Handed:
    """One attachment as it was put into the buyer's direct room."""

    attachment: AttachmentId
    event: EventId


class Obstacle(StrEnum):
    """Why a delivery waits for the buyer."""

    NOT_JOINED = "not_joined"
    """Invited to the direct room, and not come (back) yet."""
    SHUT = "shut"
    """Their account takes no invitations, or is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One time that all goods were handed over; a buyer may ask for more."""

    round: int
    requested_at: datetime
    payment: PaymentIntentId | None = None
    """The payment that it follows from; None where the buyer asked for it once more."""
    room: RoomId | None = None
    handed: tuple[Handed, ...] = ()
    done_at: datetime | None = None
    obstacle: Obstacle | None = None
    taken_back_at: datetime | None = None
    """When our messages were removed again, after a refund."""

    def tx_of(self, purchase: PurchaseId, attachment: AttachmentId) -> TxId:
        """Under which that attachment is sent, in this round of that purchase."""
        return tx_id("deliver", purchase, str(self.round), attachment)

    def handed_over(self, attachment: AttachmentId) -> bool:
        """So far as it is recorded."""
        return any(each.attachment == attachment for each in self.handed)
