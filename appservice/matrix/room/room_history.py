"""Reading what was said in a room."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.content.parse_event import parse_event
from appservice.matrix.json_fields import id_of, section, text
from appservice.matrix.responses import MatrixRejected
from bot.domain.matrix.matrix_event import Event
from bot.domain.matrix.raw_event import received
from bot.ids import EventId, RoomId, UserId

_MAX_PAGES = 100
"""Of a hundred events each: more than anybody can send while a file is being taken out."""
_NOT_THERE = frozenset({"M_NOT_FOUND", "M_FORBIDDEN", "M_UNKNOWN"})
"""M_UNKNOWN: what Synapse answers for an event of another room."""


@dataclass(frozen=True, slots=True)
class MatrixRoomHistory:
    """The port `RoomHistory`."""

    client: MatrixClient

    async def before(self, room: RoomId, event: EventId, limit: int) -> tuple[Event, ...]:
        # Homeservers split the limit between what came before and what came after.
        path = path_of("/_matrix/client/v3/rooms/{}/context/{}", room, event)
        answer = await self._or_nothing(f"{path}?limit={2 * limit}")
        said = answer.get("events_before")
        events = [self._parsed(room, raw) for raw in said] if isinstance(said, list) else []
        return tuple(each for each in events[:limit] if each is not None)

    async def find(self, room: RoomId, event: EventId) -> Event | None:
        path = path_of("/_matrix/client/v3/rooms/{}/event/{}", room, event)
        return self._parsed(room, await self._or_nothing(path))

    async def edits(self, room: RoomId, event: EventId, sender: UserId) -> tuple[EventId, ...]:
        """Read all pages, because anybody can send events that claim to be edits, before and after the true ones.

        https://spec.matrix.org/v1.17/client-server-api/#event-replacements
        """
        path = path_of("/_matrix/client/v1/rooms/{}/relations/{}/m.replace", room, event)
        query, found = {"limit": "100"}, list[EventId]()
        for _ in range(_MAX_PAGES):
            try:
                answer = await self.client.call("GET", f"{path}?{urlencode(query)}")
            except MatrixRejected:  # There is no such event, or the homeserver is too old to tell.
                break
            chunk, following = answer.get("chunk"), text(answer, "next_batch")
            for each in chunk if isinstance(chunk, list) else []:
                id_ = id_of(each, "event_id", "$") if isinstance(each, Mapping) else None
                if id_ is not None and each.get("sender") == sender:
                    found.append(EventId(id_))
            if following is None:
                break
            query["from"] = following
        return tuple(found)

    async def is_redacted(self, room: RoomId, event: EventId) -> bool:
        """https://spec.matrix.org/v1.17/client-server-api/#redactions"""
        path = path_of("/_matrix/client/v3/rooms/{}/event/{}", room, event)
        return bool(section(section(await self._or_nothing(path), "unsigned"), "redacted_because"))

    def _parsed(self, room: RoomId, raw: object) -> Event | None:
        if not isinstance(raw, Mapping) or raw.get("room_id", room) != room:
            return None
        event = received({**raw, "room_id": room})
        return parse_event(event, self.client.user_id)

    async def _or_nothing(self, path: str) -> dict[str, Any]:
        try:
            return await self.client.call("GET", path)
        except MatrixRejected as rejected:
            if rejected.code not in _NOT_THERE:
                raise
            return {}
