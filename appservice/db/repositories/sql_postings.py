"""What stands in rooms for offers and drafts, as far as it is no part of the offer itself."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Row, Transaction
from bot.ids import AttachmentId, EventId, OfferId, RoomId
from bot.ports.repositories.posting_repositories import EncryptionProgress, StatusMessage

# Each takes the offer's id from its row, because an offer may be removed meanwhile.
_SAVE_DELETED = """
    INSERT INTO deleted_postings (offer_id, room_id, event_id) SELECT id, ?, ? FROM offers WHERE id = ?
    ON CONFLICT (offer_id, room_id) DO UPDATE SET event_id = excluded.event_id
"""
_SAVE_OUTDATED = """
    INSERT INTO outdated_postings (offer_id, room_id) SELECT id, ? FROM offers WHERE id = ?
    ON CONFLICT (offer_id, room_id) DO NOTHING
"""
_SAVE_STATUS = """
    INSERT INTO status_messages (offer_id, posting, room_id, event_id, edited_at)
    SELECT id, ?, ?, ?, ? FROM offers WHERE id = ?
    ON CONFLICT (offer_id, posting) DO UPDATE
    SET room_id = excluded.room_id, event_id = excluded.event_id, edited_at = excluded.edited_at
"""
_SAVE_EDITED = """
    INSERT INTO draft_cards (offer_id, edited_at) SELECT id, ? FROM offers WHERE id = ?
    ON CONFLICT (offer_id) DO UPDATE SET edited_at = excluded.edited_at
"""
_SAVE_PROGRESS = """
    INSERT INTO draft_cards (offer_id, attachment_id, percent) SELECT id, ?, ? FROM offers WHERE id = ?
    ON CONFLICT (offer_id) DO UPDATE SET attachment_id = excluded.attachment_id, percent = excluded.percent
"""
_END_PROGRESS = "UPDATE draft_cards SET attachment_id = NULL, percent = NULL WHERE offer_id = ?"


class SqlPostings:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def deleted(self, offer: OfferId, room: RoomId) -> EventId | None:
        row = await self._transaction.row(
            "SELECT event_id FROM deleted_postings WHERE offer_id = ? AND room_id = ?", offer, room
        )
        return EventId(row["event_id"]) if row else None

    async def record_deleted(self, offer: OfferId, room: RoomId, event: EventId) -> None:
        await self._transaction.run(_SAVE_DELETED, room, event, offer)

    async def record_outdated(self, offer: OfferId, room: RoomId) -> None:
        await self._transaction.run(_SAVE_OUTDATED, room, offer)

    async def take_outdated(self, offer: OfferId, room: RoomId) -> bool:
        row = await self._transaction.row(
            "DELETE FROM outdated_postings WHERE offer_id = ? AND room_id = ? RETURNING room_id",
            offer,
            room,
        )
        return row is not None

    async def began_status(self, offer: OfferId, posting: str) -> bool:
        row = await self._transaction.row(
            "SELECT posting FROM status_messages WHERE offer_id = ? AND posting = ?", offer, posting
        )
        return row is not None

    async def status(self, offer: OfferId, posting: str) -> StatusMessage | None:
        row = await self._transaction.row(
            "SELECT * FROM status_messages WHERE offer_id = ? AND posting = ? AND event_id IS NOT NULL",
            offer,
            posting,
        )
        if row is None:
            return None
        edited_at = time_from_text(row["edited_at"])
        return StatusMessage(RoomId(row["room_id"]), EventId(row["event_id"]), edited_at)

    async def save_status(
        self, offer: OfferId, posting: str, message: StatusMessage | None
    ) -> None:
        sent = (message.room, message.event, time_to_text(message.edited_at)) if message else ()
        await self._transaction.run(_SAVE_STATUS, posting, *(sent or (None,) * 3), offer)

    async def card_edited_at(self, offer: OfferId) -> datetime | None:
        row = await self._card(offer)
        return time_from_text(row["edited_at"]) if row and row["edited_at"] else None

    async def save_card_edited(self, offer: OfferId, at: datetime) -> None:
        await self._transaction.run(_SAVE_EDITED, time_to_text(at), offer)

    async def progress(self, offer: OfferId) -> EncryptionProgress | None:
        row = await self._card(offer)
        if row is None or row["attachment_id"] is None:
            return None
        return EncryptionProgress(AttachmentId(row["attachment_id"]), row["percent"])

    async def save_progress(self, offer: OfferId, progress: EncryptionProgress | None) -> None:
        if progress is None:
            await self._transaction.run(_END_PROGRESS, offer)
        else:
            done = (progress.attachment, progress.percent)
            await self._transaction.run(_SAVE_PROGRESS, *done, offer)

    async def _card(self, offer: OfferId) -> Row | None:
        return await self._transaction.row("SELECT * FROM draft_cards WHERE offer_id = ?", offer)
