"""What reaches a person: rooms, invitations and events, from `/sync`, in the order of arrival."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sandbox.clients.client_event import RoomEvent, clear_event
from sandbox.clients.client_room import Invitation, Room, invitation
from sandbox.clients.encryption import Encryption
from sandbox.clients.session import Session

T = TypeVar("T")

_LONG_POLL_MS = "20000"
_FILTER = json.dumps(
    {
        "presence": {"types": []},
        "room": {"timeline": {"limit": 500}, "ephemeral": {"types": []}},
    }
)


class Hearing:
    def __init__(self, session: Session, encryption: Encryption):
        self.rooms: dict[str, Room] = {}
        self.invitations: dict[str, Invitation] = {}
        self.direct_rooms: dict[str, list[str]] = {}
        self.events: list[RoomEvent] = []
        self._session = session
        self._encryption = encryption
        self._since: str | None = None
        self._positions: dict[str, int] = {}
        self._unread: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._changed = asyncio.Condition()
        self._deaf: BaseException | None = None

    async def listen_once(self) -> None:
        """One `/sync`: returns at once the first time, then when something happens."""
        params = {"filter": _FILTER, "timeout": _LONG_POLL_MS}
        if self._since is not None:
            params["since"] = self._since
        sync = await self._session.request("GET", "sync", params=params)
        # Keys first: whoever sees a member join here may encrypt for that member at once.
        await self._encryption.absorb(sync)
        await self._look_back(sync)
        self._take_in(sync)
        self._since = sync["next_batch"]
        await self._tell()

    async def go_deaf(self, reason: BaseException) -> None:
        """Nothing will be heard any more: everybody who waits is told why."""
        self._deaf = reason
        await self._tell()

    async def until(self, look: Callable[[], T | None], *, seconds: float, waiting_for: str) -> T:
        """What `look` finds (anything but None or False), now or after one of the next syncs."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                while True:
                    if found := look():
                        return found
                    if self._deaf is not None:
                        raise RuntimeError("the sync loop has ended") from self._deaf
                    await self._changed.wait()
        except TimeoutError:
            raise TimeoutError(
                f"{self._session.user_id} waited {seconds:g} s in vain for {waiting_for};"
                f" last heard:{self._last_heard()}"
            ) from None

    async def _look_back(self, sync: Mapping[str, Any]) -> None:
        """What was said in a room before one came in is shown as well: clients ask for it when it is opened."""
        for room_id, joined in sync.get("rooms", {}).get("join", {}).items():
            timeline = joined.get("timeline", {})
            if room_id in self.rooms or not timeline.get("limited"):
                continue
            params = {"dir": "b", "from": timeline["prev_batch"], "limit": "100"}
            page = await self._session.request("GET", "rooms", room_id, "messages", params=params)
            said = [event for event in reversed(page["chunk"]) if "state_key" not in event]
            timeline["events"] = [*said, *timeline["events"]]

    def _take_in(self, sync: Mapping[str, Any]) -> None:
        for event in sync.get("account_data", {}).get("events", []):
            if event["type"] == "m.direct":
                self.direct_rooms = event["content"]
        rooms = sync.get("rooms", {})
        for room_id, invited in rooms.get("invite", {}).items():
            self.invitations[room_id] = invitation(room_id, invited, self._session.user_id)
        for room_id, joined in {**rooms.get("leave", {}), **rooms.get("join", {})}.items():
            self.invitations.pop(room_id, None)
            room = self.rooms.setdefault(room_id, Room(room_id))
            timeline = joined.get("timeline", {}).get("events", [])
            room.follow([*joined.get("state", {}).get("events", []), *timeline])
            for raw in timeline:
                self._hear(room_id, raw)
        self._try_unread_again()

    def _hear(self, room_id: str, raw: Mapping[str, Any]) -> None:
        event_id = raw["event_id"]
        if event_id in self._positions:
            return
        # A redacted event keeps its type and loses its ciphertext.
        if raw["type"] == "m.room.encrypted" and "ciphertext" in raw["content"]:
            event = self._encryption.decrypt(room_id, raw)
        else:
            event = clear_event(room_id, raw)
        if event.undecryptable:
            self._unread[event_id] = (room_id, raw)
        self._positions[event_id] = len(self.events)
        self.events.append(event)

    def _try_unread_again(self) -> None:
        for event_id, (room_id, raw) in list(self._unread.items()):
            event = self._encryption.decrypt(room_id, raw)
            if not event.undecryptable:
                del self._unread[event_id]
                self.events[self._positions[event_id]] = event

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _last_heard(self) -> str:
        lines = (f"\n  {e.sender} {e.type} {e.body!r}" for e in self.events[-8:])
        return "".join(lines) or " nothing"
