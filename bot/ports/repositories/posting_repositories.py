"""What stands in rooms for offers and drafts, as far as it is no part of the offer itself.

It goes with its offer; nothing is recorded for an offer that is not there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ids import AttachmentId, EventId, OfferId, RoomId


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """The message in which a seller reads how far the posting of an offer is."""

    room: RoomId
    event: EventId
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class EncryptionProgress:
    """How much of one file is encrypted."""

    attachment: AttachmentId
    percent: int


class Postings(Protocol):
    async def deleted(self, offer: OfferId, room: RoomId) -> EventId | None:
        """The event of that offer that was deleted in that room last."""
        ...

    async def record_deleted(self, offer: OfferId, room: RoomId, event: EventId) -> None: ...

    async def record_outdated(self, offer: OfferId, room: RoomId) -> None:
        """A change of the offer could not be shown in that room."""
        ...

    async def take_outdated(self, offer: OfferId, room: RoomId) -> bool:
        """Whether that was so; from now on it is not."""
        ...

    async def began_status(self, offer: OfferId, posting: str) -> bool:
        """Whether a status message was begun. `posting` is the posting into one set of rooms."""
        ...

    async def status(self, offer: OfferId, posting: str) -> StatusMessage | None:
        """The status message, once it is known to be sent."""
        ...

    async def save_status(
        self, offer: OfferId, posting: str, message: StatusMessage | None
    ) -> None:
        """None says that it is about to be sent."""
        ...

    async def card_edited_at(self, offer: OfferId) -> datetime | None:
        """When the card of that draft was edited last."""
        ...

    async def save_card_edited(self, offer: OfferId, at: datetime) -> None: ...

    async def progress(self, offer: OfferId) -> EncryptionProgress | None: ...

    async def save_progress(self, offer: OfferId, progress: EncryptionProgress | None) -> None:
        """None ends it."""
        ...
