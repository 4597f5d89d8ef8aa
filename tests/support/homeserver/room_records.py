"""What the fake homeserver holds: rooms, their members and state, and what was sent.

Tests read and change these fields directly.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.domain.matrix.matrix_event import Event, EventMeta, TextMessage
from bot.errors import UserError
from bot.ids import EventId, RoomId, TxId, UserId
from bot.messages import Message
from bot.ports import Act, Power
from tests.support.crash_point import CrashPoint

BOT = UserId("@ppvbot:test")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Kind = TypeVar("Kind")


@dataclass
class Said:
    """One message of the bot in a room."""

    room: RoomId
    event: EventId
    message: Message
    reply_to: EventId | None
    edits: int = 0
    thread: EventId | None = None


@dataclass
class RoomRecords:
    """The records that the fakes of all ports read and write."""

    outside_unit_of_work: Callable[[], None]
    fuse: CrashPoint = field(default_factory=CrashPoint)
    members: dict[RoomId, set[UserId]] = field(default_factory=dict)
    aliases: dict[str, RoomId] = field(default_factory=dict)
    bot_power: dict[RoomId, Power] = field(default_factory=dict)
    """The bot's power for everything but sending messages."""
    powers: dict[tuple[RoomId, UserId, Act], Power] = field(default_factory=dict)
    """The power of others; a user without an entry may do everything."""
    state: dict[RoomId, dict[str, Any]] = field(default_factory=dict)
    """Fields of `RoomFacts` that differ from those of a private chat with the only other member."""
    invited: list[tuple[RoomId, UserId]] = field(default_factory=list)
    turned_down: set[tuple[RoomId, UserId]] = field(default_factory=set)
    """Invitations that were rejected."""
    guests_join: bool = True
    """Whether the client of a user whom `open_direct` invites accepts at once."""
    no_power: set[RoomId] = field(default_factory=set)
    """Rooms in which the bot may not invite."""
    shut: set[UserId] = field(default_factory=set)
    """Users whose accounts block invitations."""
    banned_from: set[tuple[RoomId, UserId]] = field(default_factory=set)
    """Users whom a room bans."""
    pinned_in: dict[RoomId, list[EventId]] = field(default_factory=dict)
    banned: set[UserId] = field(default_factory=set)
    """Users whom the policy lists of the admins ban."""
    tombstones: dict[RoomId, RoomId] = field(default_factory=dict)
    """The replacement that each upgraded room names."""
    predecessors: dict[RoomId, RoomId] = field(default_factory=dict)
    """The room that each room was made to replace."""
    closed: set[RoomId] = field(default_factory=set)
    """Rooms that the bot cannot join, because nobody has invited it."""
    gone: set[tuple[RoomId, UserId]] = field(default_factory=set)
    """Users who left a room or were removed from it."""
    opened: dict[RoomId, UserId] = field(default_factory=dict)
    inviters: dict[RoomId, UserId] = field(default_factory=dict)
    """The user who truly invited the bot to each room."""
    said: list[Said] = field(default_factory=list)
    reactions: list[tuple[RoomId, EventId, str]] = field(default_factory=list)
    redacted: list[EventId] = field(default_factory=list)
    timeline: list[Event] = field(default_factory=list)
    rejected: dict[tuple[RoomId, type[object]], Exception] = field(default_factory=dict)
    """The homeserver's error for messages of a type in a room."""
    muted: set[RoomId] = field(default_factory=set)
    """Rooms in which the bot may not send messages."""
    edited: dict[tuple[EventId, UserId], list[EventId]] = field(default_factory=dict)
    """Edits that no event of `timeline` shows, by the edited event and the sender of the edits."""
    encrypted: set[RoomId] = field(default_factory=set)
    _by_tx: dict[tuple[RoomId, TxId], EventId] = field(default_factory=dict)
    _marks: dict[tuple[RoomId, TxId], EventId] = field(default_factory=dict)
    """Messages of the bot by transaction id: rooms keep them when homeservers have forgotten the transaction."""
    _left: dict[RoomId, tuple[frozenset[UserId], frozenset[UserId]]] = field(default_factory=dict)
    """Who was in a room, and who had left it, when the bot left: homeservers show former members that state."""
    _own_events: set[EventId] = field(default_factory=set)
    _events: int = 0

    @property
    def pinned(self) -> list[EventId]:
        return [event for events in self.pinned_in.values() for event in events]

    def in_room(self, room: RoomId) -> list[Message]:
        return [said.message for said in self.said if said.room == room]

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [said.message for said in self.said if isinstance(said.message, kind)]

    def said_of(self, kind: type[object]) -> list[Said]:
        return [said for said in self.said if isinstance(said.message, kind)]

    def event_of(self, kind: type[object]) -> EventId:
        return next(said.event for said in self.said if isinstance(said.message, kind))

    def forget_transactions(self) -> None:
        """Do what homeservers do after a while."""
        self._by_tx.clear()

    def upgrades(self, old: RoomId, new: RoomId, *, invites: bool = True) -> None:
        """Do what `/upgrade` does: make a new room that names the old one, and the other way around."""
        self.members.setdefault(new, set())
        self.predecessors[new], self.tombstones[old] = old, new
        if not invites:
            self.closed.add(new)

    def _is_in(self, room: RoomId) -> bool:
        return BOT in self.members.get(room, set())

    def _seen_members(self, room: RoomId) -> frozenset[UserId] | None:
        """Return who is joined as far as the bot can see; None for a room that it has never been in."""
        if self._is_in(room):
            return frozenset(self.members[room])
        return self._left[room][0] if room in self._left else None

    def _seen_gone(self, room: RoomId) -> frozenset[UserId]:
        """Return who has left as far as the bot can see."""
        if not self._is_in(room) and room in self._left:
            return self._left[room][1]
        return frozenset(who for at, who in self.gone if at == room)

    def _waiting(self) -> set[tuple[RoomId, UserId]]:
        """Return the invitations that were neither accepted nor rejected."""
        return {
            (room, user)
            for room, user in set(self.invited) - self.turned_down
            if user not in self.members.get(room, set())
        }

    def _knows(self, room: RoomId, event: EventId) -> bool:
        return any(
            each.origin.event == event and each.origin.room == room for each in self.timeline
        )

    def _once(
        self,
        room: RoomId,
        tx: TxId,
        effect: Callable[[EventId], None],
        *,
        message: bool = False,
        replaces: EventId | None = None,
    ) -> EventId:
        """Do what homeservers do: the same transaction id in the same room makes one event, even if the bot has
        left meanwhile. `message`: `sent` finds the event."""
        self.outside_unit_of_work()
        if (room, tx) not in self._by_tx:
            self._require(self._is_in(room), "I am not in that room.")
            self._require(room not in self.muted, "I may not speak there.")
        self.fuse.pass_()
        if (room, tx) not in self._by_tx:
            self._events += 1
            event = EventId(f"$sent{self._events}")
            effect(event)
            self._own_events.add(event)
            self._by_tx[room, tx] = event
            if message:
                self._marks[room, tx] = event
                self.timeline.append(self._own_message(room, event, replaces))
        self.fuse.pass_()
        return self._by_tx[room, tx]

    def _own_message(self, room: RoomId, event: EventId, replaces: EventId | None) -> TextMessage:
        """Its place in the timeline. The bot does not parse its own notices, which count towards limits."""
        at = self.timeline[-1].origin.sent_at if self.timeline else _EPOCH
        origin = EventMeta(event=event, room=room, sender=BOT, sent_at=at)
        return TextMessage(origin=origin, text="a message of the bot", replaces=replaces)

    @staticmethod
    def _require(fact: bool, otherwise: str) -> None:
        if not fact:
            raise UserError(otherwise)
