"""Backfill events that transactions did not deliver, because homeservers lose or delay some.

One sync a minute returns all events since the last one; those that were received by transaction too are dropped
by their event id. The token is saved after all events.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode

from appservice.matrix.client import MatrixClient
from appservice.matrix.json_fields import section, text
from appservice.matrix.parse_timeline import Timeline
from appservice.matrix.room.divided_rooms import DividedRooms, Record, only_log
from bot.domain.matrix.event_filter import STRIPPED_ID, UNSELLABLE
from bot.errors import PpvError, TemporaryError

EVENT_TYPES = (
    "m.room.message",
    "m.reaction",
    "m.room.redaction",
    "m.room.member",
    "m.room.tombstone",
    "m.room.power_levels",
    *UNSELLABLE,
)
_INTERVAL_SECONDS = 60.0
_RETRY_SECONDS = 5.0
_INVITE_DELAY_SECONDS = 5.0
"""Time for an invitation to arrive by transaction first."""
_QUIET: dict[str, Any] = {
    "presence": {"types": []},
    "account_data": {"types": []},
}

log = logging.getLogger(__name__)

Accept = Callable[[str, Sequence[Mapping[str, Any]]], Awaitable[None]]


class SyncTokenStore(Protocol):
    async def read(self) -> str | None: ...

    async def write(self, token: str) -> None: ...


class SyncBackfill:
    def __init__(self, client: MatrixClient, tokens: SyncTokenStore) -> None:
        self._client = client
        self._tokens = tokens
        self._timeline = Timeline(client, EVENT_TYPES)
        self._rooms = DividedRooms("sweep")
        self._requested = asyncio.Event()

    def request(self) -> None:
        """Run the next sync now, because events may have been missed."""
        self._requested.set()

    async def run(self, accept: Accept, record: Record = only_log) -> None:
        """Sync now and then every minute, until cancelled."""
        while True:
            pause = _INTERVAL_SECONDS
            self._requested.clear()
            try:
                await self.sync_once(accept, record)
            except PpvError as error:
                log.info("sync backfill failed, will retry", extra={"error": str(error)})
                pause = _RETRY_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self._requested.wait(), pause)

    async def sync_once(self, accept: Accept, record: Record = only_log) -> None:
        """Pass missed events to `accept`, which must store them before it returns.

        A room whose events cannot be stored does not delay the others. Raises PpvError.
        """
        since = await self._tokens.read()
        sync = await self._sync(since)
        until = text(sync, "next_batch")
        if not until:
            raise TemporaryError("the homeserver did not say how far its sync goes")
        rooms = section(sync, "rooms")
        temporary_error = []
        for room, part in section(rooms, "join").items():
            take = partial(self._take_room, room, part, since, until, accept)
            temporary_error.append(await self._rooms.take(room, take, record))
        temporary_error.append(
            await self._take_invitations(section(rooms, "invite"), until, accept, record)
        )
        for error in filter(None, temporary_error):
            raise error
        await self._tokens.write(until)

    async def _take_room(
        self,
        room: str,
        part: object,
        since: str | None,
        until: str,
        accept: Accept,
        *,
        whole: bool,
    ) -> None:
        if isinstance(part, Mapping):
            events = await self._timeline.since(room, part, since, whole=whole)
            if events:
                await accept(f"sweep {until} {room}", events)

    async def _sync(self, since: str | None) -> dict[str, Any]:
        """Return a sync response. Without a token it has no events, only the next token."""
        room: dict[str, Any] = {
            "account_data": {"types": []},
            "ephemeral": {"types": []},
            "state": {"types": []},
            "timeline": {"types": list(EVENT_TYPES), "limit": 100},
        }
        if since is None:
            room["rooms"] = []
        query = {
            "filter": json.dumps({**_QUIET, "room": room}, separators=(",", ":")),
            "timeout": "0",
            "set_presence": "offline",
        }
        if since is not None:
            query["since"] = since
        return await self._client.call("GET", f"/_matrix/client/v3/sync?{urlencode(query)}")

    async def _take_invitations(
        self, invited: Mapping[str, Any], until: str, accept: Accept, record: Record
    ) -> TemporaryError | None:
        """Accept invitations that no transaction delivered. Wait for those first, because a sync has no event ids."""
        if not invited:
            return None
        await asyncio.sleep(_INVITE_DELAY_SECONDS)
        answer = await self._client.call("GET", "/_matrix/client/v3/joined_rooms")
        joined = answer.get("joined_rooms")
        temporary_error = None
        for room, part in invited.items():
            if isinstance(joined, list) and room not in joined:
                take = partial(self._take_invitation, room, part, until, accept)
                temporary_error = await self._rooms.take(room, take, record) or temporary_error
        return temporary_error

    async def _take_invitation(
        self, room: str, part: object, until: str, accept: Accept, *, whole: bool
    ) -> None:
        if not whole:
            return
        await accept(f"sweep {until} {room}", _invitations(room, part, self._client.user_id, until))


def _invitations(room: str, part: object, bot: str, until: str) -> list[dict[str, Any]]:
    """Return the bot's invitation from stripped state, with an invented event id.

    The last one is the real one: Synapse appends it to the state that the inviter's homeserver sent.
    """
    states = section(part, "invite_state") if isinstance(part, Mapping) else {}
    events = states.get("events")
    event_id = hashlib.sha256(f"{room} {until}".encode()).hexdigest()
    found = [
        {**event, "room_id": room, "event_id": f"{STRIPPED_ID}{event_id}"}
        for event in (events if isinstance(events, list) else ())
        if isinstance(event, Mapping)
        and event.get("type") == "m.room.member"
        and event.get("state_key") == bot
    ]
    return found[-1:]
