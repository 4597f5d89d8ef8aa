"""The events of a room in a sync, with gaps filled from the room's history."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.json_fields import section, text
from appservice.matrix.responses import MatrixRejected

_PAGE = 100
_MAX_PAGES = 200
"""Of one gap. Older events are dropped, because anybody can fill a room with any number."""

log = logging.getLogger(__name__)


class Timeline:
    def __init__(self, client: MatrixClient, types: Sequence[str]) -> None:
        self._client = client
        self._filter = json.dumps({"types": list(types), "lazy_load_members": True})

    async def since(
        self, room: str, part: Mapping[str, Any], token: str | None, *, whole: bool = True
    ) -> list[dict[str, Any]]:
        """Return the room's events after `token`, in order, without those from before the bot joined.

        With `whole`, a gap is filled from the room's history. Without a token nothing is returned, because what was
        said before the bot's device was made cannot be decrypted.

        Raises MatrixRejected and TemporaryError for a gap that cannot be read.
        """
        if token is None:
            return []
        timeline = section(part, "timeline")
        events = _raw(room, timeline.get("events"))
        start = text(timeline, "prev_batch")
        limited = whole and timeline.get("limited") is True
        if limited and start and not self._has_own_join(events):
            events = await self._gap(room, start, token) + events
        return self._since_own_join(events)

    async def _gap(self, room: str, start: str, until: str) -> list[dict[str, Any]]:
        """Read back from `start` to `until`, https://spec.matrix.org/v1.17/client-server-api/#syncing."""
        found: list[dict[str, Any]] = []
        where: str | None = start
        for _ in range(_MAX_PAGES):
            if where is None:
                return found
            query = {
                "dir": "b",
                "from": where,
                "to": until,
                "limit": str(_PAGE),
                "filter": self._filter,
            }
            path = path_of("/_matrix/client/v3/rooms/{}/messages", room)
            try:
                answer = await self._client.call("GET", f"{path}?{urlencode(query)}")
            except MatrixRejected as rejected:
                if rejected.code != "M_FORBIDDEN":
                    raise
                return found  # The bot is not in this room any more.
            page = _raw(room, answer.get("chunk"))
            found = page[::-1] + found
            if self._has_own_join(page) or not page:
                return found
            where = text(answer, "end")
        log.error("timeline gap too long", extra={"room": room, "events": len(found)})
        return found

    def _has_own_join(self, events: Sequence[Mapping[str, Any]]) -> bool:
        return any(self._is_own_join(event) for event in events)

    def _since_own_join(self, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the events from the bot's last join on; all if there is none."""
        joins = [n for n, event in enumerate(events) if self._is_own_join(event)]
        return events[joins[-1] :] if joins else events

    def _is_own_join(self, event: Mapping[str, Any]) -> bool:
        if event.get("type") != "m.room.member" or event.get("state_key") != self._client.user_id:
            return False
        before = section(section(event, "unsigned"), "prev_content").get("membership")
        return section(event, "content").get("membership") == "join" and before != "join"


def _raw(room: str, events: object) -> list[dict[str, Any]]:
    """Return the events, each with its room id, as transactions have them."""
    if not isinstance(events, list):
        return []
    return [{**event, "room_id": room} for event in events if isinstance(event, Mapping)]
