"""Lists of whom others keep out, kept in rooms: https://spec.matrix.org/v1.17/client-server-api/#moderation-policy-lists"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from appservice.lenient_json import loads
from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.globs import Globs
from appservice.matrix.json_fields import section, text
from bot.errors import OperatorError, PpvError, TemporaryError
from bot.ids import RoomId, UserId, homeserver_of
from bot.ports import Clock, RoomMembership, RoomState
from bot.services.inbound.failed_items import words_of

_LASTS = timedelta(minutes=5)
_TOLD_AFTER = timedelta(hours=1)
"""Admins hear of a list that cannot be read for so long: a homeserver that restarts is none of their business."""
_READ_SECONDS = 30.0
"""Everybody who says something waits for the first reading, and the room may be on a slow homeserver."""
_MAX_STATE_BYTES = 16 * 2**20
"""Of the room's whole state: some twenty thousand rules."""
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

    too_wide: int = 0
    """Rules that ban the bot as well, such as `*`: nobody who follows a list can mean them."""

    @property
    def left_out(self) -> int:
        """Count the rules that are too long, too many, or too wide."""
        return self.users.left_out + self.servers.left_out + self.too_wide


@dataclass(slots=True)
class _Known:
    """What is known of one list."""

    rules: Bans = field(default_factory=Bans)
    looked_at: datetime | None = None
    unreadable_since: datetime | None = None
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


class _TooLarge(OperatorError):
    """The state of the list's room is larger than any list."""


Tell = Callable[[str, str], Awaitable[None]]
"""Tell admins of a matter, once for each key."""


@dataclass(frozen=True, slots=True)
class MatrixPolicyLists:
    """The port `PolicyLists`. A list that cannot be read just now holds as it was read last."""

    client: MatrixClient
    state: RoomState
    membership: RoomMembership
    clock: Clock
    rooms: tuple[str, ...]
    """By id or alias."""
    tell: Tell
    known: dict[str, _Known] = field(default_factory=dict, repr=False)

    async def bans(self, user: UserId) -> bool:
        for room in self.rooms:
            if (await self._rules(room)).bans(user):
                return True
        return False

    async def _rules(self, room: str) -> Bans:
        """Read one at a time. While somebody reads a list again, it holds for others as it was read last."""
        known = self.known.setdefault(room, _Known())
        if self._is_fresh(known) or (known.looked_at is not None and known.reading.locked()):
            return known.rules
        async with known.reading:
            if not self._is_fresh(known):
                await self._read_again(room, known)
        return known.rules

    def _is_fresh(self, known: _Known) -> bool:
        return known.looked_at is not None and self.clock.now() - known.looked_at < _LASTS

    async def _read_again(self, room: str, known: _Known) -> None:
        try:
            async with asyncio.timeout(_READ_SECONDS):
                known.rules = rules_in(await self._read(room), self.client.user_id)
        except Exception as error:  # noqa: BLE001 - whoever writes into it must not stop everybody
            await self._unreadable(room, known, error)
        else:
            known.unreadable_since = None
            if known.rules.left_out:
                await self._tell(
                    room,
                    f"{known.rules.left_out} rules of it are left out: they are too long, too many, or so wide that"
                    " they would ban me as well.",
                )
        known.looked_at = self.clock.now()

    async def _unreadable(self, room: str, known: _Known, error: Exception) -> None:
        extra = {"room": room, "error": words_of(error)}
        _LOG.warning("a policy list cannot be read", extra=extra)
        now = self.clock.now()
        known.unreadable_since = known.unreadable_since or now
        if isinstance(error, _TooLarge) or now - known.unreadable_since >= _TOLD_AFTER:
            await self._tell(
                room,
                f"It cannot be read ({words_of(error)}), so it holds as I read it last, and bans nobody once I am"
                " restarted. Is it still there, and am I still in it?",
            )

    async def _tell(self, room: str, words: str) -> None:
        """Tell admins, once a week: who writes the list could wake them as often as they like."""
        year, week, _ = self.clock.now().isocalendar()
        words = f"The policy list {room} (`admins.policy_lists`): {words}"
        _LOG.warning("a policy list is not followed in full", extra={"words": words})
        try:
            await self.tell(f"policy list {room} {year}-{week}", words)
        except PpvError as error:
            _LOG.warning("admins are not told", extra={"error": words_of(error)})

    async def _read(self, room: str) -> Sequence[Any]:
        """Return all state of the room; the bot comes in if it is not there yet."""
        await self.membership.join(RoomId(room))
        path = path_of("/_matrix/client/v3/rooms/{}/state", await self.state.resolve(room))
        received = bytearray()
        async with self.client.stream("GET", path) as response:
            async for piece in response.content.iter_any():
                received += piece
                if len(received) > _MAX_STATE_BYTES:
                    raise _TooLarge(f"its room has more than {_MAX_STATE_BYTES} bytes of state")
        try:
            events = loads(bytes(received))
        except ValueError:
            events = None
        if not isinstance(events, list):
            raise TemporaryError("the homeserver answered with something that is no list")
        return events


def rules_in(state: Iterable[Any], bot: UserId) -> Bans:
    """Read the rules of a list; what is not understood is left out, and so is what bans the bot."""
    users, servers = dict[str, None](), dict[str, None]()
    for event in state:
        if not isinstance(event, Mapping):
            continue
        content, type_ = section(event, "content"), text(event, "type")
        entity = text(content, "entity")
        if entity is None or text(content, "recommendation") not in _BANS:
            continue
        if type_ in _OF_USERS:
            users[entity] = None
        elif type_ in _OF_SERVERS:
            servers[entity] = None
    of_users, of_servers = (
        _without_matches(users, bot),
        _without_matches(servers, homeserver_of(bot)),
    )
    too_wide = len(users) + len(servers) - len(of_users) - len(of_servers)
    return Bans(Globs.of(of_users), Globs.of(of_servers), too_wide)


def _without_matches(globs: Collection[str], text: str) -> Collection[str]:
    """Leave out the globs that match `text`, which are few; most lists have none."""
    if not Globs.of(globs).match(text):
        return globs
    return [each for each in globs if not Globs.of([each]).match(text)]
