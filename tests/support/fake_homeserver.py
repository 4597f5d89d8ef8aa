"""A homeserver in memory, as strict as the real ones where it matters.

It keeps state to assert on, not calls. It fails when it is used inside a unit of work, and can be told to kill
the program right before or right after any of its effects.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.domain.matrix.gate_coverage import GateCoverage
from bot.domain.matrix.matrix_event import Event, Redaction
from bot.domain.matrix.private_room import NoDevice, ProvedRoom, RoomFacts, prove
from bot.domain.matrix.thread import thread_in
from bot.domain.offers.attachment import HomeserverCopy, Source
from bot.domain.people.cross_signing import Author, SeenIdentity
from bot.errors import OperatorError, TemporaryError, UserError
from bot.ids import (
    EventId,
    MxcUri,
    RoomId,
    TxId,
    UserId,
)
from bot.messages import Message
from bot.ports import Act, DecryptedPreview, FileTooLarge, MediaGone, Power
from bot.services.messaging.room_replacement import counts_as_member
from tests.support.crash_point import CrashPoint

BOT = UserId("@ppvbot:test")
AUTHOR = Author(device="a device", seen=SeenIdentity(master_key="", devices=frozenset()))


Kind = TypeVar("Kind")


def _author(inside: Mapping[str, Any]) -> Author:
    told = inside.get("author")
    if told is None:
        return AUTHOR
    seen = SeenIdentity(master_key=told["master_key"], devices=frozenset(told["devices"]))
    return Author(device=told["device"], seen=seen)


@dataclass
class Said:
    """One event of ours in a room."""

    room: RoomId
    event: EventId
    message: Message
    reply_to: EventId | None
    edits: int = 0
    thread: EventId | None = None


@dataclass
class FakeHomeserver:
    """Fulfils Rooms, RoomState, Memberships, RoomHistory, RoomMembership and Media."""

    outside_unit_of_work: Callable[[], None]
    fuse: CrashPoint = field(default_factory=CrashPoint)
    members: dict[RoomId, set[UserId]] = field(default_factory=dict)
    aliases: dict[str, RoomId] = field(default_factory=dict)
    bot_power: dict[RoomId, Power] = field(default_factory=dict)
    """To do what takes more than to speak."""
    powers: dict[tuple[RoomId, UserId, Act], Power] = field(default_factory=dict)
    """Of others; who is not named here may do all."""
    state: dict[RoomId, dict[str, Any]] = field(default_factory=dict)
    """Of rooms that are not private chats: fields of `RoomFacts` that differ from one of the only other member's."""
    invited: list[tuple[RoomId, UserId]] = field(default_factory=list)
    turned_down: set[tuple[RoomId, UserId]] = field(default_factory=set)
    """Invitations that were rejected."""
    no_power: set[RoomId] = field(default_factory=set)
    """Where the bot may not invite."""
    shut: set[UserId] = field(default_factory=set)
    """They take no invitations."""
    no_device: set[UserId] = field(default_factory=set)
    """None of their devices gets the keys of goods."""
    pinned: list[EventId] = field(default_factory=list)
    armed: dict[tuple[RoomId, UserId], datetime] = field(default_factory=dict)
    gate: GateCoverage = GateCoverage.NONE
    gate_broken: bool = False
    banned: set[UserId] = field(default_factory=set)
    """By the policy lists that admins follow."""
    tombstones: dict[RoomId, RoomId] = field(default_factory=dict)
    """Which room is named as the replacement in each."""
    predecessors: dict[RoomId, RoomId] = field(default_factory=dict)
    """Which room each was made to replace."""
    closed: set[RoomId] = field(default_factory=set)
    """Where the bot is not invited."""
    gone: set[tuple[RoomId, UserId]] = field(default_factory=set)
    """Who left, or was removed."""
    opened: dict[RoomId, UserId] = field(default_factory=dict)
    inviters: dict[RoomId, UserId] = field(default_factory=dict)
    """Who truly invited the bot."""
    said: list[Said] = field(default_factory=list)
    confided: list[tuple[ProvedRoom, Message]] = field(default_factory=list)
    reactions: list[tuple[RoomId, EventId, str]] = field(default_factory=list)
    redacted: list[EventId] = field(default_factory=list)
    timeline: list[Event] = field(default_factory=list)
    media: dict[MxcUri, bytes | None] = field(default_factory=dict)
    largest_file: int | None = None
    """Bytes that the media repository takes, and says so."""
    proxy_takes: int | None = None
    """Bytes that come through to it."""
    media_trouble: Exception | None = None
    """What the media repository answers to everything."""
    rejected: dict[tuple[RoomId, type[object]], Exception] = field(default_factory=dict)
    """What the homeserver answers to messages of a kind in a room."""
    muted: set[RoomId] = field(default_factory=set)
    """Rooms in which the bot may not speak."""
    may_purge: bool = False
    purge_fails: bool = False
    edited: dict[tuple[EventId, UserId], list[EventId]] = field(default_factory=dict)
    """By the event that was edited, and the sender of the edits."""
    encrypted: set[RoomId] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    brought_up_to_date: list[RoomId] = field(default_factory=list)
    _by_tx: dict[tuple[RoomId, TxId], EventId] = field(default_factory=dict)
    _marks: dict[tuple[RoomId, TxId], EventId] = field(default_factory=dict)
    _events: int = 0

    # --- what tests look at

    def in_room(self, room: RoomId) -> list[Message]:
        return [said.message for said in self.said if said.room == room]

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [said.message for said in self.said if isinstance(said.message, kind)]

    def said_of(self, kind: type[object]) -> list[Said]:
        return [said for said in self.said if isinstance(said.message, kind)]

    def event_of(self, kind: type[object]) -> EventId:
        return next(said.event for said in self.said if isinstance(said.message, kind))

    # --- Rooms

    async def send(
        self, room: RoomId, message: Message, tx: TxId, *, reply_to: EventId | None = None
    ) -> EventId:
        def effect(event: EventId) -> None:
            self._require_taken(room, message)
            thread = thread_in(room)
            root = thread.root if thread else None
            self.said.append(Said(room, event, message, reply_to, thread=root))

        return self._once(room, tx, effect)

    async def confide(
        self,
        room: ProvedRoom,
        message: Message,
        tx: TxId,
        *,
        reply_to: EventId | None = None,
        goods: bool = False,
    ) -> EventId:
        await self._proved_again(room)
        if goods and room.person in self.no_device:
            raise NoDevice(room.person)
        self.confided.append((room, message))
        return await self.send(room.id, message, tx, reply_to=reply_to)

    async def _proved_again(self, room: ProvedRoom) -> None:
        facts = await self.facts(room.id)
        prove(facts, bot=BOT, person=room.person, encrypted=room.encrypted)

    async def sent(self, room: RoomId, tx: TxId, since: datetime) -> EventId | None:
        self.outside_unit_of_work()
        return self._marks.get((room, tx))

    def forget_transactions(self) -> None:
        """As homeservers do after a while."""
        self._by_tx.clear()

    async def edit(self, room: RoomId, event: EventId, message: Message, tx: TxId) -> None:
        def effect(_: EventId) -> None:
            self._require_taken(room, message)
            said = next(each for each in self.said if each.event == event)
            said.message, said.edits = message, said.edits + 1

        self._once(room, tx, effect)

    async def edit_confided(
        self, room: ProvedRoom, event: EventId, message: Message, tx: TxId
    ) -> None:
        await self._proved_again(room)
        self.confided.append((room, message))
        await self.edit(room.id, event, message, tx)

    async def react(self, room: RoomId, event: EventId, key: str, tx: TxId) -> None:
        self._once(room, tx, lambda _: self.reactions.append((room, event, key)))

    async def pin(self, room: RoomId, event: EventId, *, instead_of: EventId | None) -> None:
        power = await self.power(room, BOT, Act.PIN)
        self._require(power.enough, "To pin it I would have to be more.")
        self.fuse.pass_()
        self.pinned = [*[each for each in self.pinned if each not in {event, instead_of}], event]
        self.fuse.pass_()

    async def redact(self, room: RoomId, event: EventId, tx: TxId, *, reason: str) -> None:
        if not (await self.power(room, BOT, Act.REDACT)).enough:
            raise UserError("I may not redact here.")
        self._once(room, tx, lambda _: self.redacted.append(event))

    def _require_taken(self, room: RoomId, message: Message) -> None:
        if rejection := self.rejected.get((room, type(message))):
            raise rejection

    def _once(self, room: RoomId, tx: TxId, effect: Callable[[EventId], None]) -> EventId:
        """As homeservers do: the same transaction id in the same room is the same event."""
        self.outside_unit_of_work()
        self._require(BOT in self.members.get(room, set()), "I am not in that room.")
        self._require(room not in self.muted, "I may not speak there.")
        self.fuse.pass_()
        if (room, tx) not in self._by_tx:
            self._events += 1
            event = EventId(f"$sent{self._events}")
            effect(event)
            self._by_tx[room, tx] = self._marks[room, tx] = event
        self.fuse.pass_()
        return self._by_tx[room, tx]

    # --- RoomState and RoomHistory

    async def resolve(self, room: str) -> RoomId:
        self.outside_unit_of_work()
        found = self.aliases.get(room, RoomId(room))
        self._require(found in self.members, f"There is no room {room}.")
        return found

    async def facts(self, room: RoomId) -> RoomFacts | None:
        """Made by the bot if it opened the room, or else by whoever is alone with it there."""
        self.outside_unit_of_work()
        inside = self.members.get(room, set())
        if BOT not in inside:
            return None
        others = inside - {BOT}
        waiting = set(self.invited) - self.turned_down
        alone = others if len(others) == 1 else {UserId("@founder:elsewhere")}
        usual = RoomFacts(
            id=room,
            creators=frozenset({BOT} if room in self.opened else alone),
            members=dict.fromkeys((who for at, who in waiting if at == room), "invite")
            | dict.fromkeys(inside, "join"),
            encrypted=room in self.encrypted,
        )
        return replace(usual, **self.state.get(room, {}))

    async def inviter(self, room: RoomId) -> UserId | None:
        self.outside_unit_of_work()
        return self.inviters.get(room)

    async def is_member(self, room: RoomId, user: UserId) -> bool:
        self.outside_unit_of_work()
        return user in self.members.get(room, set())

    async def has_left(self, room: RoomId, user: UserId) -> bool:
        self.outside_unit_of_work()
        return (room, user) in self.gone

    async def replacement(self, room: RoomId) -> RoomId | None:
        self.outside_unit_of_work()
        return self.tombstones.get(room) if BOT in self.members.get(room, set()) else None

    async def predecessor(self, room: RoomId) -> RoomId | None:
        self.outside_unit_of_work()
        return self.predecessors.get(room) if BOT in self.members.get(room, set()) else None

    def upgrades(self, old: RoomId, new: RoomId, *, invites: bool = True) -> None:
        """As `/upgrade` does: a new room that names the old one, and the other way around."""
        self.members.setdefault(new, set())
        self.predecessors[new], self.tombstones[old] = old, new
        if not invites:
            self.closed.add(new)

    async def with_(self, user: UserId) -> tuple[RoomId, ...]:
        self.outside_unit_of_work()
        return tuple(room for room, who in self.members.items() if {user, BOT} <= who)

    async def name_of(self, user: UserId) -> str:
        self.outside_unit_of_work()
        return user[1:].partition(":")[0].capitalize()

    async def title(self, room: RoomId) -> str:
        self.outside_unit_of_work()
        return next((alias for alias, id_ in self.aliases.items() if id_ == room), room)

    async def power(self, room: RoomId, user: UserId, act: Act) -> Power:
        self.outside_unit_of_work()
        if user == BOT:
            return self.bot_power.get(room, Power(50, 50))
        return self.powers.get((room, user, act), Power(50, 50))

    async def applies(self, redaction: Redaction) -> None:
        """As homeservers do with one that comes in: nothing happens if the room does not allow it."""
        room, who = redaction.origin.room, redaction.origin.sender
        own = any(
            each.origin.event == redaction.target and each.origin.sender == who
            for each in self.timeline
        )
        act = Act.REDACT_OWN if own else Act.REDACT
        inside = who in self.members.get(room, set())
        if inside and (await self.power(room, who, act)).enough:
            self.redacted.append(redaction.target)

    async def edits(self, room: RoomId, event: EventId, sender: UserId) -> tuple[EventId, ...]:
        self.outside_unit_of_work()
        return tuple(self.edited.get((event, sender), ()))

    async def is_redacted(self, room: RoomId, event: EventId) -> bool:
        self.outside_unit_of_work()
        return event in self.redacted

    async def before(self, room: RoomId, event: EventId, limit: int) -> tuple[Event, ...]:
        self.outside_unit_of_work()
        earlier: list[Event] = []
        for each in self.timeline:
            if each.origin.event == event:
                break
            if each.origin.room == room and each.origin.event not in self.redacted:
                earlier.append(each)
        return tuple(reversed(earlier[-limit:]))

    async def find(self, room: RoomId, event: EventId) -> Event | None:
        self.outside_unit_of_work()
        return next((each for each in self.timeline if each.origin.event == event), None)

    # --- Memberships

    async def includes(self, room: str, user: UserId) -> bool:
        self.outside_unit_of_work()
        return await counts_as_member(self, self.aliases.get(room, RoomId(room)), user)

    # --- PolicyLists

    async def bans(self, user: UserId) -> bool:
        self.outside_unit_of_work()
        return user in self.banned

    # --- RoomEncryption

    async def is_encrypted(self, room: RoomId) -> bool:
        self.outside_unit_of_work()
        return room in self.encrypted

    async def read(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """As `Timeline.encrypted` makes them: open once the key has come."""
        self.outside_unit_of_work()
        if event["content"]["session_id"] not in self.keys:
            return None
        return {**event, **event["content"]["ciphertext"], "encrypted": True}

    async def read_ahead(self, event: Mapping[str, Any]) -> DecryptedPreview:
        self.outside_unit_of_work()
        content = event["content"]
        if content["session_id"] not in self.keys:
            raise TemporaryError("the key of a held event has not come")
        inside = content["ciphertext"]
        return DecryptedPreview(
            inside["type"],
            inside["content"],
            f"{content['session_id']} {event['event_id']}",
            _author(inside),
        )

    # --- RoomMembership

    async def join(self, room: RoomId, *, via: str = "") -> None:
        self.outside_unit_of_work()
        self._require(room not in self.closed, "I can't get into that room.")
        self.members.setdefault(room, set()).add(BOT)

    async def leave(self, room: RoomId) -> None:
        self.outside_unit_of_work()
        self.members.setdefault(room, set()).discard(BOT)

    async def open_direct(self, user: UserId) -> RoomId:
        """The guest comes in at once: invitations that are not accepted are another test's matter."""
        self.outside_unit_of_work()
        self._require(user not in self.shut, f"{user} takes no invitations.")
        self.fuse.pass_()
        room = RoomId(f"!direct{len(self.members)}:test")
        self.members[room] = {BOT, user}
        self.opened[room] = user
        self.encrypted.add(room)
        self.fuse.pass_()
        return room

    async def bring_up_to_date(self, room: RoomId, tx: TxId) -> None:
        self.outside_unit_of_work()
        self.brought_up_to_date.append(room)

    # --- Gate

    async def arm(self, room: RoomId, seller: UserId, until: datetime) -> GateCoverage:
        self.outside_unit_of_work()
        if self.gate_broken:
            raise OperatorError("the gate answered 403")
        self.armed[room, seller] = until
        return self.gate

    async def reach(self, seller: UserId) -> GateCoverage:
        self.outside_unit_of_work()
        return self.gate

    async def opened_for(self, user: UserId) -> tuple[RoomId, ...]:
        self.outside_unit_of_work()
        return tuple(room for room, guest in self.opened.items() if guest == user)

    async def invite(self, room: RoomId, user: UserId) -> None:
        self.outside_unit_of_work()
        self._require(user not in self.shut, f"{user} takes no invitations.")
        self._require(room not in self.no_power, "I may not invite there.")
        self.turned_down.discard((room, user))
        self.invited.append((room, user))

    # --- Media

    async def download(self, source: Source) -> AsyncIterator[bytes]:
        self.outside_unit_of_work()
        data = self.media.get(source.url)
        if data is None:
            raise UserError("it is gone from the homeserver.")
        for start in range(0, len(data), 7000):
            yield data[start : start + 7000]

    async def largest(self) -> int | None:
        self.outside_unit_of_work()
        return self.largest_file

    def _take(self, size: int, limit: int | None) -> None:
        if self.media_trouble is not None:
            raise self.media_trouble
        if limit is not None and size > limit:
            raise FileTooLarge(f"at most {limit} bytes")

    async def reserve(self, size: int) -> MxcUri:
        self.outside_unit_of_work()
        self._take(size, self.largest_file)
        url = MxcUri(f"mxc://test/{len(self.media)}")
        self.media[url] = None
        return url

    async def upload(
        self, url: MxcUri, chunks: AsyncIterator[bytes], *, size: int, mimetype: str
    ) -> None:
        self.outside_unit_of_work()
        if url not in self.media:
            raise MediaGone("the address has lapsed")
        self._take(size, self.largest_file)
        self._take(size, self.proxy_takes)
        data = b"".join([chunk async for chunk in chunks])
        assert len(data) == size, "a homeserver refuses a body that is not as long as announced"
        self.fuse.pass_()
        if self.media[url] is None:
            self.media[url] = data
        self.fuse.pass_()

    async def has(self, url: MxcUri) -> bool:
        self.outside_unit_of_work()
        return self.media.get(url) is not None

    async def purge(self, url: MxcUri, owner: UserId) -> HomeserverCopy:
        self.outside_unit_of_work()
        del owner
        self.fuse.pass_()
        if self.purge_fails:
            raise OperatorError("the gate answered 403")
        if not self.may_purge:
            return HomeserverCopy.NOT_ALLOWED
        self.media.pop(url, None)
        self.fuse.pass_()
        return HomeserverCopy.DELETED

    @staticmethod
    def _require(fact: bool, otherwise: str) -> None:
        if not fact:
            raise UserError(otherwise)
