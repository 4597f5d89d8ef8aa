"""Direct rooms: of a user's, the one that was named last counts."""

from appservice.db.transaction import Transaction
from bot.domain.matrix.private_room import PrivacyProblem
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

    async def cease(self, room: RoomId, flaw: PrivacyProblem | None = None) -> None:
        await self._transaction.run(
            "UPDATE direct_rooms SET ceased = 1, flaw = ? WHERE room = ?", flaw, room
        )

    async def to_explain(self, user: UserId) -> tuple[RoomId, PrivacyProblem] | None:
        row = await self._transaction.row(
            "SELECT room, flaw FROM direct_rooms WHERE user_id = ? AND flaw IS NOT NULL"
            " ORDER BY id DESC LIMIT 1",
            user,
        )
        return (RoomId(row["room"]), PrivacyProblem(row["flaw"])) if row else None

    async def explained(self, user: UserId) -> None:
        await self._transaction.run("UPDATE direct_rooms SET flaw = NULL WHERE user_id = ?", user)

    async def begin_opening(self, user: UserId) -> bool:
        row = await self._transaction.row(
            "INSERT INTO direct_room_openings (user_id) VALUES (?) ON CONFLICT (user_id) DO NOTHING"
            " RETURNING user_id",
            user,
        )
        return row is None

    async def end_opening(self, user: UserId) -> None:
        await self._transaction.run("DELETE FROM direct_room_openings WHERE user_id = ?", user)

    async def forget(self, user: UserId) -> tuple[RoomId, ...]:
        rows = await self._transaction.rows(
            "DELETE FROM direct_rooms WHERE user_id = ? RETURNING room", user
        )
        return tuple(RoomId(row["room"]) for row in rows)
