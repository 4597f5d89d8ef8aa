"""The contract's environment on the fake homeserver."""

from itertools import count

from appservice.matrix.content.parse_event import parse_event
from bot.domain.matrix.matrix_event import Redaction
from bot.ids import EventId, MxcUri, RoomId, UserId, homeserver_of
from bot.ports import Act, Power
from tests.support.fake_homeserver import BOT, FakeHomeserver
from tests.support.frozen_clock import FrozenClock
from tests.support.raw_timeline import Timeline

_NONE = Power(0, 50)


class FakeEnvironment:
    def __init__(self) -> None:
        self.bot = BOT
        self.alice, self.bob = UserId("@alice:test"), UserId("@bob:test")
        self.blocked = UserId("@blocked:test")
        self.server = homeserver_of(BOT)
        self.matrix = FakeHomeserver(lambda: None, guests_join=False, shut={self.blocked})
        self.matrix.largest_file = 1000
        self.rooms = self.state = self.shared_rooms = self.matrix
        self.history = self.membership = self.media = self.matrix
        self._timeline = Timeline(FrozenClock().now)
        self._numbers = count()

    async def create_room(self, *, alias: str = "", encrypted: bool = False) -> RoomId:
        room = RoomId(f"!room{next(self._numbers)}:{self.server}")
        self.matrix.members[room] = {self.alice}
        self.matrix.closed.add(room)
        self.matrix.bot_power[room] = _NONE
        if alias:
            self.matrix.aliases[f"#{alias}:{self.server}"] = room
        if encrypted:
            self.matrix.encrypted.add(room)
        return room

    async def let_in(self, room: RoomId, *users: UserId) -> None:
        for user in users:
            if user == BOT:
                self.matrix.closed.discard(room)
                await self.matrix.join(room)
            else:
                self.matrix.members[room].add(user)
                self._set_power(room, user, 0)

    async def accept(self, room: RoomId, user: UserId) -> None:
        assert (room, user) in self.matrix.invited
        self.matrix.members[room].add(user)

    async def reject(self, room: RoomId, user: UserId) -> None:
        self.matrix.turned_down.add((room, user))
        self.matrix.gone.add((room, user))

    async def leave(self, room: RoomId, user: UserId) -> None:
        self.matrix.members[room].discard(user)
        self.matrix.turned_down.add((room, user))
        self.matrix.gone.add((room, user))

    async def ban(self, room: RoomId, user: UserId) -> None:
        if user == BOT:
            await self.matrix.leave(room)
        self.matrix.members[room].discard(user)
        self.matrix.banned_from.add((room, user))

    async def make_moderator(self, room: RoomId, user: UserId) -> None:
        self._set_power(room, user, 50)

    def _set_power(self, room: RoomId, user: UserId, level: int) -> None:
        if user == BOT:
            self.matrix.bot_power[room] = Power(level, 50)
        for act in (Act.PIN, Act.REDACT):
            self.matrix.powers[room, user, act] = Power(level, 50)

    async def mute_bot(self, room: RoomId) -> None:
        self.matrix.muted.add(room)

    async def say(self, room: RoomId, user: UserId, text: str) -> EventId:
        return self._arrives(self._timeline.text(room, user, text))

    async def say_encrypted(self, room: RoomId, user: UserId) -> EventId:
        raw = self._timeline.text(room, user, "secret")
        return self._arrives(self._timeline.encrypted(raw, "a session"))

    async def edit(self, room: RoomId, user: UserId, event: EventId, text: str) -> EventId:
        return self._arrives(self._timeline.edit(room, user, event, text))

    async def redact(self, room: RoomId, user: UserId, event: EventId) -> None:
        redaction = parse_event(self._timeline.redaction(room, user, event), BOT)
        assert isinstance(redaction, Redaction)
        await self.matrix.applies(redaction)

    async def upgrade(self, room: RoomId) -> RoomId:
        new = await self.create_room()
        self.matrix.upgrades(room, new)
        await self.let_in(new, BOT)
        return new

    def _arrives(self, raw: dict[str, object]) -> EventId:
        event = parse_event(raw, BOT)
        assert event is not None
        self.matrix.timeline.append(event)
        return event.origin.event

    async def upload(self, user: UserId, data: bytes) -> MxcUri:
        url = MxcUri(f"mxc://{self.server}/upload{len(self.matrix.media)}")
        self.matrix.media[url], self.matrix.uploaders[url] = data, user
        return url

    async def let_bot_purge(self, *, allowed: bool) -> None:
        self.matrix.may_purge = allowed

    async def reactions(self, room: RoomId, event: EventId) -> list[str]:
        return [key for at, to, key in self.matrix.reactions if (at, to) == (room, event)]

    async def pinned(self, room: RoomId) -> list[EventId]:
        return self.matrix.pinned_in.get(room, [])
