"""What is kept of people besides what they sell and buy, in memory."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.matrix.private_room import PrivacyProblem
from bot.domain.people.cross_signing import Identity
from bot.ids import EventId, RoomId, UserId
from bot.ports import Clock
from bot.ports.repositories.person_repositories import DataExport
from tests.support.memory.memory_records import Records

Key = TypeVar("Key")
Value = TypeVar("Value")


class MemoryPeople:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def language(self, user: UserId) -> str | None:
        return self._records.languages.get(user)

    async def save_language(self, user: UserId, code: str) -> None:
        self._records.languages[user] = code

    async def time_zone(self, user: UserId) -> str | None:
        return self._records.time_zones.get(user)

    async def save_time_zone(self, user: UserId, zone: str) -> None:
        self._records.time_zones[user] = zone

    async def was_turned_away(self, user: UserId) -> bool:
        return user in self._records.turned_away

    async def record_turned_away(self, user: UserId) -> None:
        self._records.turned_away.add(user)

    async def record_refused_command(self, command: EventMeta) -> None:
        self._records.refused_commands[command.event, command.room, command.sender] = None

    async def correct_command(self, command: EventMeta, edit: EventId) -> bool:
        refused, key = self._records.refused_commands, (command.event, command.room, command.sender)
        if key not in refused or refused[key] not in {None, edit}:
            return False
        refused[key] = edit
        return True

    async def erasure_requested_at(self, user: UserId) -> datetime | None:
        return self._records.erasure_requests.get(user)

    async def request_erasure(self, user: UserId, at: datetime) -> None:
        self._records.erasure_requests[user] = at

    async def last_export(self, user: UserId) -> DataExport | None:
        return self._records.data_exports.get(user)

    async def save_export(self, user: UserId, export: DataExport) -> None:
        self._records.data_exports[user] = export

    async def identity(self, user: UserId) -> Identity | None:
        return self._records.identities.get(user)

    async def save_identity(self, identity: Identity) -> None:
        self._records.identities[identity.user] = identity

    async def erase(self, user: UserId) -> None:
        records = self._records
        for by_user in (
            records.languages,
            records.time_zones,
            records.erasure_requests,
            records.data_exports,
            records.identities,
            records.storefronts,
        ):
            by_user.pop(user, None)
        records.turned_away.discard(user)
        records.openings.discard(user)
        records.notices -= {each for each in records.notices if each[1] == user}
        records.alerts -= {each for each in records.alerts if each.endswith(f":{user}")}
        _remove(records.refused_commands, lambda key, _: key[2] == user)
        _remove(records.sign_ins, lambda _, each: each.user == user)
        _remove(records.sign_in_links, lambda _, each: each.user == user)
        _remove(records.widgets, lambda _, each: each.user == user)
        _remove(records.handovers, lambda _, each: each.sender == user)
        _remove(records.inbox, lambda key, _: user in key[1].split(" "))
        _remove(records.jobs, lambda _, each: f":{user} " in f"{each.lock} ")
        for report in [each for each in records.reports.values() if each.reporter == user]:
            records.reports[report.id] = replace(report, reporter=None)


def _remove(rows: dict[Key, Value], unwanted: Callable[[Key, Value], bool]) -> None:
    for key in [key for key, value in rows.items() if unwanted(key, value)]:
        del rows[key]


class MemoryInbox:
    def __init__(self, records: Records, clock: Clock) -> None:
        self._records, self._clock = records, clock

    async def accept(self, source: str, id_: str) -> bool:
        fresh = (source, id_) not in self._records.inbox
        self._records.inbox.setdefault((source, id_), self._clock.now())
        return fresh


class MemoryDirectRooms:
    def __init__(self, records: Records) -> None:
        self._rooms, self._ceased = records.direct_rooms, records.ceased
        self._flaws, self._openings = records.flaws, records.openings

    async def of(self, user: UserId) -> RoomId | None:
        theirs = await self.all_of(user)
        return next((room for room in reversed(theirs) if room not in self._ceased), None)

    async def all_of(self, user: UserId) -> tuple[RoomId, ...]:
        return tuple(room for room, whose in self._rooms.items() if whose == user)

    async def partner(self, room: RoomId) -> UserId | None:
        return None if room in self._ceased else self._rooms.get(room)

    async def cease(self, room: RoomId, flaw: PrivacyProblem | None = None) -> None:
        self._ceased.add(room)
        self._flaws.pop(room, None)
        if flaw is not None and room in self._rooms:
            self._flaws[room] = flaw

    async def to_explain(self, user: UserId) -> tuple[RoomId, PrivacyProblem] | None:
        rooms = [room for room in await self.all_of(user) if room in self._flaws]
        return (rooms[-1], self._flaws[rooms[-1]]) if rooms else None

    async def explained(self, user: UserId) -> None:
        for room in await self.all_of(user):
            self._flaws.pop(room, None)

    async def begin_opening(self, user: UserId) -> bool:
        begun = user in self._openings
        self._openings.add(user)
        return begun

    async def end_opening(self, user: UserId) -> None:
        self._openings.discard(user)

    async def save(self, user: UserId, room: RoomId) -> None:
        self._rooms.pop(room, None)
        self._ceased.discard(room)
        self._flaws.pop(room, None)
        self._rooms[room] = user

    async def forget(self, user: UserId) -> tuple[RoomId, ...]:
        theirs = tuple(room for room, whose in self._rooms.items() if whose == user)
        for room in theirs:
            del self._rooms[room]
            self._flaws.pop(room, None)
        return theirs
