"""Cache of which rooms are encrypted and who may read them."""

from collections.abc import Mapping
from typing import Any

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.json_fields import id_of, section
from appservice.matrix.responses import MatrixRejected
from bot.ids import RoomId

_READERS = frozenset({"join", "invite"})
"""Invited users receive the keys too, so that they can read once they join."""


class KnownRooms:
    """Cached until a sync reports a change."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._encrypted: dict[str, bool] = {}
        self._readers: dict[str, frozenset[str]] = {}

    async def is_encrypted(self, room: RoomId) -> bool:
        """Return whether the room is encrypted, which is permanent. Raise MatrixRejected if the bot is not in it."""
        if room not in self._encrypted:
            path = path_of("/_matrix/client/v3/rooms/{}/state/m.room.encryption/", room)
            try:
                await self._client.call("GET", path)
            except MatrixRejected as rejected:
                if rejected.code != "M_NOT_FOUND":
                    raise
                self._encrypted[room] = False
            else:
                self._encrypted[room] = True
        return self._encrypted[room]

    async def readers(self, room: RoomId) -> frozenset[str]:
        """Return all joined and invited users."""
        known = self._readers.get(room)
        if known is not None:
            return known
        path = path_of("/_matrix/client/v3/rooms/{}/members?not_membership=leave", room)
        answer = await self._client.call("GET", path)
        chunk = answer.get("chunk")
        found = frozenset(
            member
            for event in (chunk if isinstance(chunk, list) else ())
            if isinstance(event, Mapping)
            and section(event, "content").get("membership") in _READERS
            and (member := id_of(event, "state_key", "@"))
        )
        self._readers[room] = found
        return found

    def on_event(self, room: str, event: Mapping[str, Any]) -> None:
        """Update the cache with an event of a sync."""
        match event.get("type"):
            case "m.room.member":
                self._readers.pop(room, None)
            case "m.room.encryption" if "state_key" in event:
                self._encrypted[room] = True

    def forget(self, room: str) -> None:
        """Drop what may have changed in a room."""
        self._readers.pop(room, None)
        if not self._encrypted.get(room):
            self._encrypted.pop(room, None)

    def forget_all(self) -> None:
        """Drop what may have changed while the sync was interrupted."""
        self._readers.clear()
        self._encrypted = {room: True for room, known in self._encrypted.items() if known}
