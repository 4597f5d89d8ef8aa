"""The ports `RoomState`, `SharedRooms`, `Memberships` and `PolicyLists` of the fake homeserver."""

from dataclasses import dataclass, replace

from appservice.matrix.content.room_address import room_address
from bot.domain.matrix.private_room import RoomFacts
from bot.ids import RoomId, UserId
from bot.ports import Act, Power
from bot.services.messaging.room_replacement import counts_as_member
from tests.support.homeserver.room_records import BOT, RoomRecords


@dataclass
class FakeRoomState(RoomRecords):
    async def resolve(self, room: str) -> RoomId:
        """An id is taken as it is: only an alias is looked up."""
        self.outside_unit_of_work()
        address = room_address(room)
        if address is not None and address.startswith("!"):
            return RoomId(address)
        found = self.aliases.get(address or "")
        self._require(found is not None, f"There is no room {room}.")
        assert found is not None
        return found

    async def facts(self, room: RoomId) -> RoomFacts | None:
        """The bot made the rooms that it opened; any other was made by the one user who is alone with it there."""
        self.outside_unit_of_work()
        inside = self._seen_members(room)
        if inside is None:
            return None
        others = inside - {BOT}
        alone = others if len(others) == 1 else {UserId("@founder:elsewhere")}
        usual = RoomFacts(
            id=room,
            creators=frozenset({BOT} if room in self.opened else alone),
            members=dict.fromkeys(self._seen_gone(room), "leave")
            | dict.fromkeys((who for at, who in self.banned_from if at == room), "ban")
            | dict.fromkeys((who for at, who in self._waiting() if at == room), "invite")
            | dict.fromkeys(inside, "join"),
            encrypted=room in self.encrypted,
        )
        return replace(usual, **self.state.get(room, {}))

    async def inviter(self, room: RoomId) -> UserId | None:
        self.outside_unit_of_work()
        return self.inviters.get(room)

    async def is_member(self, room: RoomId, user: UserId) -> bool:
        self.outside_unit_of_work()
        return user in (self._seen_members(room) or ())

    async def has_left(self, room: RoomId, user: UserId) -> bool:
        self.outside_unit_of_work()
        if self._seen_members(room) is None:
            return False
        return user in self._seen_gone(room) or (room, user) in self.banned_from

    async def replacement(self, room: RoomId) -> RoomId | None:
        self.outside_unit_of_work()
        return self.tombstones.get(room) if self._seen_members(room) is not None else None

    async def predecessor(self, room: RoomId) -> RoomId | None:
        self.outside_unit_of_work()
        return self.predecessors.get(room) if self._seen_members(room) is not None else None

    async def name_of(self, user: UserId) -> str:
        self.outside_unit_of_work()
        return user[1:].partition(":")[0].capitalize()

    async def title(self, room: RoomId) -> str:
        self.outside_unit_of_work()
        if self._seen_members(room) is None:
            return room
        return next((alias for alias, id_ in self.aliases.items() if id_ == room), room)

    async def power(self, room: RoomId, user: UserId, act: Act) -> Power:
        self.outside_unit_of_work()
        self._require(self._seen_members(room) is not None, "I am not in that room.")
        return self._power(room, user, act)

    def _power(self, room: RoomId, user: UserId, act: Act) -> Power:
        if user != BOT:
            return self.powers.get((room, user, act), Power(50, 50))
        if act in {Act.SPEAK, Act.REDACT_OWN}:
            return Power(0, 50 if room in self.muted else 0)
        return self.bot_power.get(room, Power(50, 50))

    async def with_(self, user: UserId) -> tuple[RoomId, ...]:
        self.outside_unit_of_work()
        return tuple(room for room, who in self.members.items() if {user, BOT} <= who)

    async def includes(self, room: str, user: UserId) -> bool:
        self.outside_unit_of_work()
        return await counts_as_member(self, self.aliases.get(room, RoomId(room)), user)

    async def bans(self, user: UserId) -> bool:
        self.outside_unit_of_work()
        return user in self.banned
