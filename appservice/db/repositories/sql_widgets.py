"""Studios beside a chat."""

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Row, Transaction
from bot.domain.people.studio_widget import Widget
from bot.ids import RoomId, UserId, WidgetId


class SqlWidgets:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, widget: WidgetId) -> Widget | None:
        row = await self._transaction.row("SELECT * FROM widgets WHERE id = ?", widget)
        return _widget(row) if row else None

    async def of(self, user: UserId) -> tuple[Widget, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM widgets WHERE user_id = ? ORDER BY created_at, id", user
        )
        return tuple(_widget(row) for row in rows)

    async def save(self, widget: Widget) -> None:
        await self.forget(room=widget.room)
        await self._transaction.run(
            "INSERT INTO widgets (id, user_id, room_id, created_at) VALUES (?, ?, ?, ?)",
            widget.id,
            widget.user,
            widget.room,
            time_to_text(widget.created_at),
        )

    async def forget(self, *, room: RoomId | None = None, user: UserId | None = None) -> None:
        if room is not None:
            await self._transaction.run("DELETE FROM widgets WHERE room_id = ?", room)
        if user is not None:
            await self._transaction.run("DELETE FROM widgets WHERE user_id = ?", user)


def _widget(row: Row) -> Widget:
    return Widget(
        id=row["id"],
        user=row["user_id"],
        room=row["room_id"],
        created_at=time_from_text(row["created_at"]),
    )
