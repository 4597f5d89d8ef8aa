"""Direct rooms: of a user's, the one that was named last counts."""

from appservice.db.transaction import Transaction
from bot.ids import RoomId, UserId


class SqlDirectRooms:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of(self, user: UserId) -> RoomId | None:
        row = await self._transaction.row(
            "SELECT room FROM direct_rooms WHERE user_id = ? AND ceased = 0 ORDER BY id DESC LIMIT 1",
            user,
        )
        return RoomId(row["room"]) if row else None

    async def all_of(self, user: UserId) -> tuple[RoomId, ...]:
        rows = await self._transaction.rows(
            "SELECT room FROM direct_rooms WHERE user_id = ? ORDER BY id", user
        )
        return tuple(RoomId(row["room"]) for row in rows)

    async def partner(self, room: RoomId) -> UserId | None:
        row = await self._transaction.row(
            "SELECT user_id FROM direct_rooms WHERE room = ? AND ceased = 0", room
        )
        return UserId(row["user_id"]) if row else None

    async def save(self, user: UserId, room: RoomId) -> None:
        await self._transaction.run("DELETE FROM direct_rooms WHERE room = ?", room)
        await self._transaction.run(
            "INSERT INTO direct_rooms (room, user_id) VALUES (?, ?)", room, user
        )

    async def cease(self, room: RoomId) -> None:
        await self._transaction.run("UPDATE direct_rooms SET ceased = 1 WHERE room = ?", room)

    async def forget(self, user: UserId) -> tuple[RoomId, ...]:
        rows = await self._transaction.rows(
            "DELETE FROM direct_rooms WHERE user_id = ? RETURNING room", user
        )
        return tuple(RoomId(row["room"]) for row in rows)
