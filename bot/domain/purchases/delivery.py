"""A delivery: one round of handing over what was paid for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.ids import AttachmentId, EventId, PaymentIntentId, PurchaseId, RoomId, TxId, tx_id


class DeliveryChannel(StrEnum):
    """How an attachment was handed over."""

    CHAT = "chat"
    """Encrypted, by way of the homeserver's media repository."""
    WEB = "web"
    """By a link to the buyer's own page, which opens it: the media repository does not take it."""


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """One attachment, or the link to it, as it was put into the buyer's direct room."""

    attachment: AttachmentId
    event: EventId
    room: RoomId | None = None
    """None for the room of the whole delivery."""
    channel: DeliveryChannel = DeliveryChannel.CHAT


class DeliveryBlocker(StrEnum):
    """Why a delivery is not done yet."""

    NOT_JOINED = "not_joined"
    """Invited to the direct room, and not come (back) yet."""
    INVITES_BLOCKED = "shut"
    """Their account takes no invitations, or is gone."""
    NO_DEVICE = "no_device"
    """No device of theirs gets room keys: all are unverified, or of an identity that nobody has confirmed."""
    SLOW = "slow"
    """The homeserver is out of reach, or asks for patience."""
    HELD_UP = "held_up"
    """It failed. The admins were alerted, and it is tried again by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One time that all goods were handed over; a buyer may ask for more."""

    number: int
    requested_at: datetime
    payment: PaymentIntentId | None = None
    """The payment that it follows from; None where the buyer asked for it once more."""
    room: RoomId | None = None
    files: tuple[DeliveredFile, ...] = ()
    done_at: datetime | None = None
    blocker: DeliveryBlocker | None = None
    blocked_since: datetime | None = None
    revoked_at: datetime | None = None
    """When our messages were removed again, after a refund."""

    def txn_id_for(self, purchase: PurchaseId, attachment: AttachmentId) -> TxId:
        """Under which that attachment is sent, in this round of that purchase.

        The time is in it because rounds are counted anew after a backup is restored, and the homeserver would answer
        with an event of the lost time, which may be removed.
        """
        requested = str(int(self.requested_at.timestamp()))
        return tx_id("deliver", purchase, str(self.number), requested, attachment)

    def is_delivered(self, attachment: AttachmentId, room: RoomId) -> bool:
        """In that room, so far as it is recorded."""
        return any(
            each.attachment == attachment and (each.room or self.room) == room
            for each in self.files
        )
