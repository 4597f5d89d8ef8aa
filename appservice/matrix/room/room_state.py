"""Looking at rooms: who is in them, what they are called, what the bot may do there."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cachetools import TTLCache

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.content.room_address import room_address
from appservice.matrix.json_fields import id_of, section, text
from appservice.matrix.responses import MatrixRejected
from appservice.matrix.room.member_state import membership
from appservice.matrix.room.power_levels import power
from appservice.matrix.room.room_facts import inviter_of, room_facts
from bot.domain.matrix.private_room import RoomFacts
from bot.domain.people.display_names import display_name, one_line
from bot.errors import PpvError, UserError
from bot.i18n import gettext_lazy
from bot.ids import RoomId, UserId
from bot.ports import Act, Power

_NOT_THERE = frozenset({"M_NOT_FOUND", "M_FORBIDDEN"})
_NOT_INSIDE = {"M_FORBIDDEN": gettext_lazy("I am not in that room. Please invite me first.")}
_ALIAS = re.compile(r"#[\w.=+-]{1,100}:[A-Za-z0-9.-]{1,100}(:\d{1,5})?", re.ASCII)
"""In ASCII, because other letters look like these, or turn the line around."""
_ALIAS_SECONDS = 5.0
"""An alias of another homeserver is looked up there."""
_NAMES_KEPT = 1000
_NAMES_SECONDS = 300


def _fresh_names() -> TTLCache[str, str]:
    return TTLCache(_NAMES_KEPT, _NAMES_SECONDS)


@dataclass(frozen=True, slots=True)
class MatrixRoomState:
    """The port `RoomState`."""

    client: MatrixClient
    names: TTLCache[str, str] = field(default_factory=_fresh_names, repr=False)
    """Display names for a while: pages that anybody may load must not each ask the homeserver."""
    aliases: TTLCache[str, str] = field(default_factory=_fresh_names, repr=False)
    """The rooms that aliases lead to, for a while; empty for none."""

    async def resolve(self, room: str) -> RoomId:
        address = room_address(room)
        if address is None:
            raise UserError(
                gettext_lazy(
                    "“{room}” is no address of a room. It looks like #photos:example.org",
                    room=one_line(room),
                )
            )
        if address.startswith("!"):
            return RoomId(address)
        none = gettext_lazy(
            "There is no room {room}. Please check how it is spelled.", room=one_line(address)
        )
        refusals = {"M_NOT_FOUND": none, "M_INVALID_PARAM": none, "M_FORBIDDEN": none}
        path = path_of("/_matrix/client/v3/directory/room/{}", address)
        found = id_of(await self.client.call("GET", path, refusals=refusals), "room_id", "!")
        if found is None:
            raise UserError(none)
        return RoomId(found)

    async def facts(self, room: RoomId) -> RoomFacts | None:
        return await room_facts(self.client, room)

    async def inviter(self, room: RoomId) -> UserId | None:
        return await inviter_of(self.client, room)

    async def is_member(self, room: RoomId, user: UserId) -> bool:
        return await membership(self.client, room, user) == "join"

    async def has_left(self, room: RoomId, user: UserId) -> bool:
        return await membership(self.client, room, user) in {"leave", "ban"}

    async def replacement(self, room: RoomId) -> RoomId | None:
        tombstone = await self._or_nothing(_state_path(room, "m.room.tombstone"))
        return _room_in(tombstone, "replacement_room")

    async def predecessor(self, room: RoomId) -> RoomId | None:
        """https://spec.matrix.org/v1.17/client-server-api/#mroomcreate"""
        create = await self._or_nothing(_state_path(room, "m.room.create"))
        return _room_in(section(create, "predecessor"), "room_id")

    async def name_of(self, user: UserId) -> str:
        known = self.names.get(user)
        if known is not None:
            return known
        path = path_of("/_matrix/client/v3/profile/{}/displayname", user)
        name = display_name(text(await self._or_nothing(path), "displayname") or "") or user
        self.names[user] = name
        return name

    async def title(self, room: RoomId) -> str:
        alias = text(await self._or_nothing(_state_path(room, "m.room.canonical_alias")), "alias")
        if alias and _ALIAS.fullmatch(alias) and await self._room_of(alias) == room:
            return alias
        name = text(await self._or_nothing(_state_path(room, "m.room.name")), "name")
        return display_name(name or "") or room

    async def _room_of(self, alias: str) -> str:
        """Look an alias up, because who runs a room on another homeserver can name any alias as that of their room."""
        known = self.aliases.get(alias)
        if known is None:
            try:
                async with asyncio.timeout(_ALIAS_SECONDS):
                    known = await self.resolve(alias)
            except (PpvError, TimeoutError):
                known = ""
            self.aliases[alias] = known
        return known

    async def power(self, room: RoomId, user: UserId, act: Act) -> Power:
        levels = await self._state(room, "m.room.power_levels")
        path = f"{_state_path(room, 'm.room.create')}?format=event"
        create = await self.client.call("GET", path, refusals=_NOT_INSIDE)
        encryption = await self._state(room, "m.room.encryption")
        return power(levels, create, user, act, encrypted=encryption is not None)

    async def _state(self, room: RoomId, type_: str) -> Mapping[str, Any] | None:
        try:
            return await self.client.call("GET", _state_path(room, type_), refusals=_NOT_INSIDE)
        except MatrixRejected as rejected:
            if rejected.code != "M_NOT_FOUND":
                raise
            return None

    async def _or_nothing(self, path: str) -> Mapping[str, Any]:
        try:
            return await self.client.call("GET", path)
        except MatrixRejected as rejected:
            if rejected.code not in _NOT_THERE:
                raise
            return {}


def _room_in(content: Mapping[str, Any], key: str) -> RoomId | None:
    found = id_of(content, key, "!")
    return None if found is None else RoomId(found)


def _state_path(room: RoomId, type_: str) -> str:
    return path_of("/_matrix/client/v3/rooms/{}/state/{}/", room, type_)
