"""Attachments that a gate took out before they came into a room."""

from datetime import datetime

from appservice.db.columns import from_json, time_from_text, time_to_text, to_json
from appservice.db.field_cipher import FieldCipher
from appservice.db.transaction import Transaction
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.ids import EventId, RoomId, UserId

_HANDLED = ""
"""In the place of the content. The row stays, so that the same name handed over again is nothing new."""


class SqlHandovers:
    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher

    async def add(self, handover: InterceptedAttachment) -> None:
        await self._transaction.run(
            "INSERT INTO intercepted_attachments (token, room_id, sender_id, content, received_at)"
            " VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            handover.name,
            handover.room,
            handover.sender,
            self._cipher.encrypt(to_json(handover.content), "handovers.content", handover.name),
            time_to_text(handover.received_at),
        )

    async def waiting(self, sender: UserId, *, beside: str) -> int:
        row = await self._transaction.row(
            "SELECT COUNT(*) AS waiting FROM intercepted_attachments"
            " WHERE sender_id = ? AND placeholder_event_id IS NULL AND token <> ?",
            sender,
            beside,
        )
        return int(row["waiting"]) if row else 0

    async def claim(
        self, name: str, event: EventId, *, room: RoomId, sender: UserId
    ) -> InterceptedAttachment | None:
        row = await self._transaction.row(
            "UPDATE intercepted_attachments SET placeholder_event_id = ?"
            " WHERE token = ? AND room_id = ? AND sender_id = ?"
            " AND (placeholder_event_id IS NULL OR placeholder_event_id = ?) RETURNING *",
            event,
            name,
            room,
            sender,
            event,
        )
        if row is None or row["content"] == _HANDLED:
            return None
        return InterceptedAttachment(
            name=row["token"],
            room=row["room_id"],
            sender=row["sender_id"],
            content=from_json(
                self._cipher.decrypt(row["content"], "handovers.content", row["token"])
            ),
            received_at=time_from_text(row["received_at"]),
            event=row["placeholder_event_id"],
        )

    async def handled(self, event: EventId) -> None:
        await self._transaction.run(
            "UPDATE intercepted_attachments SET content = ? WHERE placeholder_event_id = ?",
            _HANDLED,
            event,
        )

    async def forget(self, before: datetime) -> None:
        await self._transaction.run(
            "DELETE FROM intercepted_attachments WHERE received_at < ?", time_to_text(before)
        )
