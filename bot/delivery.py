"""A delivery: one round of handing over what was paid for."""

from dataclasses import dataclass
from datetime import datetime

from bot.ids import AttachmentId, EventId, PaymentIntentId, RoomId


@dataclass(frozen=True, slots=True)
class Handed:
    """One attachment as it was put into the buyer's direct room."""

    attachment: AttachmentId
    event: EventId


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
    taken_back_at: datetime | None = None
    """When our messages were removed again, after a refund."""
