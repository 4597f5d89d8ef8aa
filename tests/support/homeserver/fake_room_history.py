"""The port `RoomHistory` of the fake homeserver."""

from dataclasses import dataclass

from bot.domain.matrix.matrix_event import Event, Redaction, TextMessage
from bot.ids import EventId, RoomId, UserId
from bot.ports import Act
from tests.support.homeserver.fake_room_state import FakeRoomState


@dataclass
class FakeRoomHistory(FakeRoomState):
    async def applies(self, redaction: Redaction) -> None:
        """Redact if the room's rules allow it, as homeservers do with a redaction that comes in."""
        room, who = redaction.origin.room, redaction.origin.sender
        own = any(
            each.origin.event == redaction.target and each.origin.sender == who
            for each in self.timeline
        )
        act = Act.REDACT_OWN if own else Act.REDACT
        inside = who in self.members.get(room, set())
        if inside and self._power(room, who, act).enough:
            self.redacted.append(redaction.target)

    async def edits(self, room: RoomId, event: EventId, sender: UserId) -> tuple[EventId, ...]:
        """The newest first. A redacted edit is none any more."""
        self.outside_unit_of_work()
        found = [
            each.origin.event
            for each in self._visible(room)
            if isinstance(each, TextMessage)
            and each.replaces == event
            and each.origin.sender == sender
            and each.origin.event not in self.redacted
        ]
        hidden = self.edited.get((event, sender), ())
        return tuple(dict.fromkeys([*hidden, *reversed(found)]))

    async def is_redacted(self, room: RoomId, event: EventId) -> bool:
        self.outside_unit_of_work()
        return self._seen_members(room) is not None and event in self.redacted

    async def before(self, room: RoomId, event: EventId, limit: int) -> tuple[Event, ...]:
        """Redacted events and the bot's own count towards the limit, although they are not parsed."""
        self.outside_unit_of_work()
        visible = self._visible(room)
        at = next((n for n, each in enumerate(visible) if each.origin.event == event), 0)
        newest_first = list(reversed(visible[:at]))[:limit]
        return tuple(each for each in newest_first if self._is_parsed(each.origin.event))

    async def find(self, room: RoomId, event: EventId) -> Event | None:
        self.outside_unit_of_work()
        found = (each for each in self._visible(room) if each.origin.event == event)
        return next(found, None) if self._is_parsed(event) else None

    def _is_parsed(self, event: EventId) -> bool:
        return event not in self.redacted and event not in self._own_events

    def _visible(self, room: RoomId) -> list[Event]:
        if self._seen_members(room) is None:
            return []
        return [each for each in self.timeline if each.origin.room == room]
