"""What is kept of people besides what they sell and buy, in memory."""

from bot.domain.people.cross_signing import Identity
from bot.ids import RoomId, UserId
from bot.ports import Clock
from tests.support.memory.memory_records import Records


class MemoryBookmarks:
    def __init__(self, records: Records) -> None:
        self._bookmarks = records.bookmarks

    async def get(self, name: str) -> str | None:
        return self._bookmarks.get(name)

    async def set(self, name: str, where: str) -> None:
        self._bookmarks[name] = where

    async def drop(self, beginning: str) -> None:
        for name in [each for each in self._bookmarks if f"{each} ".startswith(f"{beginning} ")]:
            del self._bookmarks[name]

    async def forget(self, user: UserId) -> None:
        for name in [each for each in self._bookmarks if each.endswith(f": {user}")]:
            del self._bookmarks[name]


class MemoryInbox:
    def __init__(self, records: Records, clock: Clock) -> None:
        self._records, self._clock = records, clock

    async def accept(self, source: str, id_: str) -> bool:
        fresh = (source, id_) not in self._records.inbox
        self._records.inbox.setdefault((source, id_), self._clock.now())
        return fresh

    async def forget(self, user: UserId) -> None:
        for each in [each for each in self._records.inbox if user in each[1].split(" ")]:
            del self._records.inbox[each]


class MemoryLanguages:
    def __init__(self, records: Records) -> None:
        self._languages = records.languages

    async def of(self, user: UserId) -> str | None:
        return self._languages.get(user)

    async def save(self, user: UserId, code: str) -> None:
        self._languages[user] = code

    async def forget(self, user: UserId) -> None:
        self._languages.pop(user, None)


class MemoryIdentities:
    def __init__(self, records: Records) -> None:
        self._identities = records.identities

    async def of(self, user: UserId) -> Identity | None:
        return self._identities.get(user)

    async def save(self, identity: Identity) -> None:
        self._identities[identity.user] = identity

    async def forget(self, user: UserId) -> None:
        self._identities.pop(user, None)


class MemoryDirectRooms:
    def __init__(self, records: Records) -> None:
        self._rooms, self._ceased = records.direct_rooms, records.ceased

    async def of(self, user: UserId) -> RoomId | None:
        theirs = await self.all_of(user)
        return next((room for room in reversed(theirs) if room not in self._ceased), None)

    async def all_of(self, user: UserId) -> tuple[RoomId, ...]:
        return tuple(room for room, whose in self._rooms.items() if whose == user)

    async def partner(self, room: RoomId) -> UserId | None:
        return None if room in self._ceased else self._rooms.get(room)

    async def cease(self, room: RoomId) -> None:
        self._ceased.add(room)

    async def save(self, user: UserId, room: RoomId) -> None:
        self._rooms.pop(room, None)
        self._ceased.discard(room)
        self._rooms[room] = user

    async def forget(self, user: UserId) -> tuple[RoomId, ...]:
        theirs = tuple(room for room, whose in self._rooms.items() if whose == user)
        for room in theirs:
            del self._rooms[room]
        return theirs
