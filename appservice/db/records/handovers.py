"""Attachments that a gate took out before they came into a room."""

from datetime import datetime

from appservice.db.columns import from_json, time_from_text, time_to_text, to_json
from appservice.db.transaction import Transaction
from bot.handover import Handover
from bot.ids import EventId


class SqlHandovers:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, handover: Handover) -> None:
        await self._transaction.run(
            "INSERT INTO handovers (name, room, sender, content, received_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            handover.name,
            handover.room,
            handover.sender,
            to_json(handover.content),
            time_to_text(handover.received_at),
        )

    async def claim(self, name: str, event: EventId) -> Handover | None:
        row = await self._transaction.row(
            "UPDATE handovers SET event = ? WHERE name = ? AND (event IS NULL OR event = ?) RETURNING *",
            event,
            name,
            event,
        )
        if row is None:
            return None
        return Handover(
            name=row["name"],
            room=row["room"],
            sender=row["sender"],
            content=from_json(row["content"]),
            received_at=time_from_text(row["received_at"]),
            event=row["event"],
        )

    async def forget(self, before: datetime) -> None:
        await self._transaction.run(
            "DELETE FROM handovers WHERE received_at < ?", time_to_text(before)
        )
