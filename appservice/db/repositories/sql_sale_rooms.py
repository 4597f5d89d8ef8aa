"""Rooms in which offers are posted: their pinned lists, and the rooms that replace them."""

from appservice.db.transaction import Transaction
from bot.ids import EventId, RoomId

_SAVE_LIST = """
    INSERT INTO pinned_lists (room_id, event_id) VALUES (?, ?)
    ON CONFLICT (room_id) DO UPDATE SET event_id = excluded.event_id
"""
_SAVE_UPGRADE = """
    INSERT INTO room_upgrades (room_id, replacement_id, followed) VALUES (?, ?, ?)
    ON CONFLICT (room_id, replacement_id) DO UPDATE SET followed = excluded.followed
"""


class SqlSaleRooms:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def pinned_list(self, room: RoomId) -> EventId | None:
        row = await self._transaction.row(
            "SELECT event_id FROM pinned_lists WHERE room_id = ?", room
        )
        return EventId(row["event_id"]) if row else None

    async def save_pinned_list(self, room: RoomId, event: EventId | None) -> None:
        if event is None:
            await self._transaction.run("DELETE FROM pinned_lists WHERE room_id = ?", room)
        else:
            await self._transaction.run(_SAVE_LIST, room, event)

    async def followed(self, room: RoomId, replacement: RoomId) -> bool:
        row = await self._transaction.row(
            "SELECT followed FROM room_upgrades WHERE room_id = ? AND replacement_id = ?",
            room,
            replacement,
        )
        return row is not None and bool(row["followed"])

    async def follow(self, room: RoomId, replacement: RoomId) -> None:
        await self._transaction.run(
            "DELETE FROM room_upgrades WHERE room_id = ? AND followed = 1", room
        )
        await self._transaction.run(_SAVE_UPGRADE, room, replacement, 1)

    async def awaits_invitation(self, replacement: RoomId) -> bool:
        row = await self._transaction.row(
            "SELECT room_id FROM room_upgrades WHERE replacement_id = ? AND followed = 0",
            replacement,
        )
        return row is not None

    async def await_invitation(self, room: RoomId, replacement: RoomId) -> None:
        await self._transaction.run(_SAVE_UPGRADE, room, replacement, 0)
