"""Lists of whom others keep out, kept in rooms: https://spec.matrix.org/v1.17/client-server-api/#moderation-policy-lists"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from appservice.lenient_json import loads
from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.fields import section, text
from appservice.matrix.globs import Globs
from bot.errors import Transient
from bot.failed_items import words_of
from bot.ids import RoomId, UserId, homeserver_of
from bot.ports import Clock, RoomDoors, RoomState

_LASTS = timedelta(minutes=5)
_OF_USERS = frozenset({"m.policy.rule.user", "m.room.rule.user", "org.matrix.mjolnir.rule.user"})
_OF_SERVERS = frozenset(
    {"m.policy.rule.server", "m.room.rule.server", "org.matrix.mjolnir.rule.server"}
)
_BANS = frozenset({"m.ban", "org.matrix.mjolnir.ban"})

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bans:
    """Of one list: patterns for whole Matrix IDs, and for homeservers."""

    users: Globs = field(default_factory=Globs)
    servers: Globs = field(default_factory=Globs)

    def bans(self, user: UserId) -> bool:
        return self.users.match(user) or self.servers.match(homeserver_of(user))

    @property
    def left_out(self) -> int:
        """Rules that are too long, or too many, to be held against everybody."""
        return self.users.left_out + self.servers.left_out


@dataclass(slots=True)
class _Known:
    rules: Bans
    at: datetime


@dataclass(frozen=True, slots=True)
class MatrixPolicyLists:
    """The port `PolicyLists`. A list that cannot be read just now holds as it was read last."""

    client: MatrixClient
    state: RoomState
    doors: RoomDoors
    clock: Clock
    rooms: tuple[str, ...]
    """By id or alias."""
    known: dict[str, _Known] = field(default_factory=dict, repr=False)

    async def bans(self, user: UserId) -> bool:
        for room in self.rooms:
            if (await self._rules(room)).bans(user):
                return True
        return False

    async def _rules(self, room: str) -> Bans:
        now, known = self.clock.now(), self.known.get(room)
        if known is None or now - known.at >= _LASTS:
            rules = known.rules if known else Bans()
            try:
                rules = rules_in(await self._read(room))
            except Exception as error:  # noqa: BLE001 - whoever writes into it must not stop everybody
                _LOG.warning(
                    "a policy list cannot be read", extra={"room": room, "error": words_of(error)}
                )
            if rules.left_out:
                _LOG.warning(
                    "a policy list has rules that are left out: too long, or too many",
                    extra={"room": room, "rules": rules.left_out},
                )
            known = self.known[room] = _Known(rules, now)
        return known.rules

    async def _read(self, room: str) -> Sequence[Any]:
        """All state of the room; the bot comes in if it is not there yet."""
        await self.doors.join(RoomId(room))
        path = path_of("/_matrix/client/v3/rooms/{}/state", await self.state.resolve(room))
        async with self.client.stream("GET", path) as response:
            try:
                events = loads(await response.read())
            except ValueError:
                events = None
        if not isinstance(events, list):
            raise Transient("the homeserver answered with something that is no list")
        return events


def rules_in(state: Iterable[Any]) -> Bans:
    """What is not understood is left out."""
    users, servers = [], []
    for event in state:
        if not isinstance(event, Mapping):
            continue
        content, type_ = section(event, "content"), text(event, "type")
        entity = text(content, "entity")
        if entity is None or text(content, "recommendation") not in _BANS:
            continue
        if type_ in _OF_USERS:
            users.append(entity)
        elif type_ in _OF_SERVERS:
            servers.append(entity)
    return Bans(Globs.of(users), Globs.of(servers))
