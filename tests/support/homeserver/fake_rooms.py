"""The port `Rooms` of the fake homeserver."""

from abc import abstractmethod
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.matrix.private_room import NoDevice, ProvedRoom, RoomFacts, prove
from bot.domain.matrix.thread import thread_in
from bot.errors import OperatorError
from bot.ids import EventId, RoomId, TxId, UserId
from bot.messages import Message
from bot.ports import Act, Power
from tests.support.homeserver.room_records import BOT, RoomRecords, Said


@dataclass
class FakeRooms(RoomRecords):
    no_device: set[UserId] = field(default_factory=set)
    """Users none of whose devices would get the keys of purchased files."""
    confided: list[tuple[ProvedRoom, Message]] = field(default_factory=list)

    @abstractmethod
    async def facts(self, room: RoomId) -> RoomFacts | None: ...

    @abstractmethod
    async def power(self, room: RoomId, user: UserId, act: Act) -> Power: ...

    async def send(
        self, room: RoomId, message: Message, tx: TxId, *, reply_to: EventId | None = None
    ) -> EventId:
        def effect(event: EventId) -> None:
            self._require_taken(room, message)
            thread = thread_in(room)
            root = thread.root if thread else None
            self.said.append(Said(room, event, message, reply_to, thread=root))

        return self._once(room, tx, effect, message=True)

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
        self._require(self._seen_members(room) is not None, "I am not in that room.")
        event = self._marks.get((room, tx))
        return None if event in self.redacted else event

    async def edit(self, room: RoomId, event: EventId, message: Message, tx: TxId) -> None:
        def effect(_: EventId) -> None:
            self._require_taken(room, message)
            self._require_known(room, event)
            said = next(each for each in self.said if each.event == event)
            said.message, said.edits = message, said.edits + 1

        self._once(room, tx, effect, message=True, replaces=event)

    async def edit_confided(
        self, room: ProvedRoom, event: EventId, message: Message, tx: TxId
    ) -> None:
        await self._proved_again(room)
        self.confided.append((room, message))
        await self.edit(room.id, event, message, tx)

    async def react(self, room: RoomId, event: EventId, key: str, tx: TxId) -> None:
        """A second reaction of the same sender with the same key is refused, and counts as made."""

        def effect(_: EventId) -> None:
            self._require_known(room, event)
            if (room, event, key) not in self.reactions:
                self.reactions.append((room, event, key))

        self._once(room, tx, effect)

    async def pin(self, room: RoomId, event: EventId, *, instead_of: EventId | None) -> None:
        power = await self.power(room, BOT, Act.PIN)
        self._require(self._is_in(room) and power.enough, "To pin it I would have to be more.")
        self.fuse.pass_()
        others = [each for each in self.pinned_in.get(room, []) if each not in {event, instead_of}]
        self.pinned_in[room] = [*others, event]
        self.fuse.pass_()

    async def redact(self, room: RoomId, event: EventId, tx: TxId, *, reason: str) -> None:
        """Senders redact their own events without a moderator's power."""
        known = (room, tx) in self._by_tx
        if not known and event not in self._own_events:
            self._require(self._is_in(room), "I may not redact here.")
            enough = (await self.power(room, BOT, Act.REDACT)).enough
            if not enough:
                self._require_known(room, event)
            self._require(enough, "I may not redact here.")
        self._once(room, tx, lambda _: self.redacted.append(event))

    def _require_taken(self, room: RoomId, message: Message) -> None:
        if rejection := self.rejected.get((room, type(message))):
            raise rejection

    def _require_known(self, room: RoomId, event: EventId) -> None:
        """Homeservers take no relation to an event, and no redaction by a user without power, that they do not know
        in that room."""
        if not self._knows(room, event):
            raise OperatorError(f"the homeserver does not know {event} there")
