"""The port `RoomMembership` of the fake homeserver."""

from dataclasses import dataclass, field

from bot.errors import OperatorError
from bot.ids import RoomId, TxId, UserId
from tests.support.homeserver.room_records import BOT, RoomRecords


@dataclass
class FakeRoomMembership(RoomRecords):
    brought_up_to_date: list[RoomId] = field(default_factory=list)

    async def join(self, room: RoomId, *, via: str = "") -> None:
        self.outside_unit_of_work()
        enters = self._is_in(room) or (room in self.members and room not in self.closed)
        self._require(enters and (room, BOT) not in self.banned_from, "I can't get into that room.")
        self.members[room].add(BOT)
        self.gone.discard((room, BOT))
        self._left.pop(room, None)

    async def leave(self, room: RoomId) -> None:
        self.outside_unit_of_work()
        if self._is_in(room):
            self.members[room].discard(BOT)
            self.gone.add((room, BOT))
            gone = frozenset(who for at, who in self.gone if at == room)
            self._left[room] = frozenset(self.members[room]), gone
            self.closed.add(room)

    async def open_direct(self, user: UserId) -> RoomId:
        self.outside_unit_of_work()
        self._require(user not in self.shut, f"{user} takes no invitations.")
        self.fuse.pass_()
        room = RoomId(f"!direct{len(self.members)}:test")
        self.members[room] = {BOT}
        if self.guests_join:
            self.members[room].add(user)
        else:
            self.invited.append((room, user))
        self.opened[room] = user
        self.encrypted.add(room)
        self.fuse.pass_()
        return room

    async def opened_for(self, user: UserId) -> tuple[RoomId, ...]:
        self.outside_unit_of_work()
        return tuple(
            room for room, guest in self.opened.items() if guest == user and self._is_in(room)
        )

    async def invite(self, room: RoomId, user: UserId) -> None:
        self.outside_unit_of_work()
        self._require(self._is_in(room), "I may not invite there.")
        if user in self.members[room] or (room, user) in self._waiting():
            return
        self._require(user not in self.shut, f"{user} takes no invitations.")
        self._require(room not in self.no_power, "I may not invite there.")
        self._require((room, user) not in self.banned_from, "I may not invite them there.")
        self.turned_down.discard((room, user))
        self.gone.discard((room, user))
        self.invited.append((room, user))

    async def bring_up_to_date(self, room: RoomId, tx: TxId) -> None:
        self.outside_unit_of_work()
        if not self._is_in(room):
            raise OperatorError("403 M_FORBIDDEN: not in that room")
        self.brought_up_to_date.append(room)
