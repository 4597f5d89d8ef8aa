"""Rooms: speaking in them, looking at them, going in and out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from bot.domain.matrix.gate_coverage import GateCoverage
from bot.domain.matrix.matrix_event import Event
from bot.domain.matrix.private_room import ProvedRoom, RoomFacts
from bot.domain.people.cross_signing import Author
from bot.ids import EventId, RoomId, TxId, UserId
from bot.messages import Message, OpenMessage


class Rooms(Protocol):
    """Speaking in rooms. The same `tx` in the same room makes one event, however often it is sent."""

    async def send(
        self, room: RoomId, message: OpenMessage, tx: TxId, *, reply_to: EventId | None = None
    ) -> EventId: ...

    async def confide(
        self,
        room: ProvedRoom,
        message: Message,
        tx: TxId,
        *,
        reply_to: EventId | None = None,
        goods: bool = False,
    ) -> EventId:
        """Send what is for one person alone. The room is proved once more at that moment, and in an encrypted
        room only the devices of that person and the bot get the key. Raises NotPrivate.

        `goods`: raises NoDevice, before anything is sent, unless a device of the person will get the key. Devices
        of a changed identity do not count until it is confirmed.
        """
        ...

    async def sent(self, room: RoomId, tx: TxId, since: datetime) -> EventId | None:
        """What was sent under `tx` after that moment, if it stands in the room: homeservers forget a `tx`
        after a day or sooner, rooms do not. Raises UserError when the bot may not look there."""
        ...

    async def edit(self, room: RoomId, event: EventId, message: OpenMessage, tx: TxId) -> None:
        """Change what an earlier message of ours says."""
        ...

    async def edit_confided(
        self, room: ProvedRoom, event: EventId, message: Message, tx: TxId
    ) -> None:
        """Like `edit`, where only one person reads it. Raises NotPrivate."""
        ...

    async def react(self, room: RoomId, event: EventId, key: str, tx: TxId) -> None: ...

    async def pin(self, room: RoomId, event: EventId, *, instead_of: EventId | None) -> None:
        """Beside what others have pinned, in place of an earlier one. Raises UserError when the bot may not."""
        ...

    async def redact(self, room: RoomId, event: EventId, tx: TxId, *, reason: str) -> None:
        """Raises UserError when the bot may not."""
        ...


class Act(Enum):
    """What a room allows by power level."""

    SPEAK = "speak"
    """Send messages."""
    PIN = "pin"
    """Change which messages are pinned."""
    REDACT_OWN = "redact own"
    """Take back one's own messages."""
    REDACT = "redact"
    """Take out messages of others."""


@dataclass(frozen=True, slots=True)
class Power:
    """A power level that somebody has in a room, and the one they would need."""

    has: int
    needs: int

    @property
    def enough(self) -> bool:
        return self.has >= self.needs


class RoomState(Protocol):
    """Looking at rooms."""

    async def resolve(self, room: str) -> RoomId:
        """The room behind an id or an alias. Raises UserError when there is none."""
        ...

    async def facts(self, room: RoomId) -> RoomFacts | None:
        """The full state of a room; None if the bot is not in it."""
        ...

    async def inviter(self, room: RoomId) -> UserId | None:
        """Who truly invited the bot to a room that it is in now; None if the homeserver does not tell."""
        ...

    async def is_member(self, room: RoomId, user: UserId) -> bool:
        """Joined; False also when the bot cannot see the room."""
        ...

    async def has_left(self, room: RoomId, user: UserId) -> bool:
        """Left, removed or banned; False for those who were never in the room."""
        ...

    async def replacement(self, room: RoomId) -> RoomId | None:
        """The room that the tombstone in the current state of `room` names; None if there is none to be seen."""
        ...

    async def predecessor(self, room: RoomId) -> RoomId | None:
        """The room that `room` was made to replace, as its creation event says; None if the bot cannot see it."""
        ...

    async def name_of(self, user: UserId) -> str:
        """The display name, or the user id."""
        ...

    async def title(self, room: RoomId) -> str:
        """What people call the room: its alias or name, or else its id."""
        ...

    async def power(self, room: RoomId, user: UserId, act: Act) -> Power:
        """Raises UserError for a room that the bot is not in."""
        ...


class SharedRooms(Protocol):
    async def with_(self, user: UserId) -> tuple[RoomId, ...]:
        """The rooms that `user` and the bot are both in, or were a moment ago."""
        ...


class Memberships(Protocol):
    """Who is in a room, as permissions ask it."""

    async def includes(self, room: str, user: UserId) -> bool:
        """Whether `user` is in the room with that id or alias, or was a moment ago; False where the bot
        cannot see it."""
        ...


@dataclass(frozen=True, slots=True)
class DecryptedPreview:
    """The inside of an encrypted event."""

    type: str
    content: Mapping[str, Any] = field(repr=False)
    place: str
    """Its session and index: no other event may have the same."""
    author: Author


class PolicyLists(Protocol):
    """Whom others keep out."""

    async def bans(self, user: UserId) -> bool:
        """Whether one of the lists that admins follow names them, or their homeserver."""
        ...


class RoomEncryption(Protocol):
    """End-to-end encryption."""

    async def is_encrypted(self, room: RoomId) -> bool: ...

    async def read(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The event inside of a raw encrypted one, marked as `encrypted`; None while its key is missing."""
        ...

    async def read_ahead(self, event: Mapping[str, Any]) -> DecryptedPreview:
        """What an event says that is not in its room yet, and may never be; it can still be read afterwards.

        One whose ciphertext was read before says nothing: whoever knows the gate's secret may bring a copy.
        Raises TemporaryError if its key does not come within a moment, or its author's device is not known.
        """
        ...


class RoomHistory(Protocol):
    """Reading what was said."""

    async def before(self, room: RoomId, event: EventId, limit: int) -> tuple[Event, ...]:
        """What was said before `event` that we understand, the newest first."""
        ...

    async def is_redacted(self, room: RoomId, event: EventId) -> bool:
        """Whether the homeserver has taken out what that event said, as the room's rules allowed somebody."""
        ...

    async def edits(self, room: RoomId, event: EventId, sender: UserId) -> tuple[EventId, ...]:
        """Return the events by which `sender` replaced what they said: each holds all of it once more.

        Events of other people are left out, because only its sender can replace an event.
        https://spec.matrix.org/v1.17/client-server-api/#validity-of-replacement-events
        """
        ...

    async def find(self, room: RoomId, event: EventId) -> Event | None:
        """One event, if it is there and we understand it."""
        ...


class Gate(Protocol):
    """Takes attachments that are for sale out before they come into a room, where the homeserver has one."""

    async def arm(self, room: RoomId, seller: UserId, until: datetime) -> GateCoverage:
        """What `seller` sends there until then is for sale; a time that has passed takes it back.

        Raises OperatorError when the gate is there and does not know us.
        """
        ...

    async def reach(self, seller: UserId) -> GateCoverage: ...


class RoomWidgets(Protocol):
    """Pages that chat apps show beside a room: one of ours in each.

    https://github.com/matrix-org/matrix-spec-proposals/pull/1236
    """

    async def put_up(self, room: RoomId, name: str, url: str) -> None:
        """In place of the one that was there. Raises UserError when the bot may not."""
        ...

    async def take_down(self, room: RoomId) -> None:
        """Nothing happens where there is none. Raises UserError when the bot may not."""
        ...


class OpenIdVerifier(Protocol):
    """Homeservers, as those who say whose an OpenID token is."""

    async def holder_of(self, token: str, server: str) -> UserId | None:
        """A user of that very server; None for a token that it does not know, or not any more.

        Raises TemporaryError when it cannot be reached.
        """
        ...


class RoomMembership(Protocol):
    """Going into rooms, and opening direct ones."""

    async def join(self, room: RoomId, *, via: str = "") -> None:
        """`via` names a homeserver that is in the room. Raises UserError when the bot cannot (banned, no longer
        invited)."""
        ...

    async def leave(self, room: RoomId) -> None: ...

    async def open_direct(self, user: UserId) -> RoomId:
        """A new direct room with `user` invited. Raises UserError when they take no invitations; then the room
        is given up again."""
        ...

    async def opened_for(self, user: UserId) -> tuple[RoomId, ...]:
        """The direct rooms that the bot itself has ever made for `user` and is still in. It takes a while."""
        ...

    async def invite(self, room: RoomId, user: UserId) -> None:
        """Nothing happens to those who are in or invited. Raises UserError like `open_direct`."""
        ...

    async def bring_up_to_date(self, room: RoomId, tx: TxId) -> None:
        """Let other homeservers fetch what was said in the room while they were joining it."""
        ...
