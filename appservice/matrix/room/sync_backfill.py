"""Sweeping up what transactions did not bring: homeservers lose some when they restart, and get stuck.

One sync a minute tells all that was said in our rooms since the last; what came by transaction as well is
dropped by its event id. The token is written only after all is kept.
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

SWEPT = (
    "m.room.message",
    "m.reaction",
    "m.room.redaction",
    "m.room.member",
    "m.room.tombstone",
    "m.room.power_levels",
    *UNSELLABLE,
)
_EVERY = 60.0
_AFTER_FAILURE = 5.0
_TIME_TO_ARRIVE = 5.0
"""Seconds for an invitation that is on its way by transaction too."""
_QUIET: dict[str, Any] = {
    "presence": {"types": []},
    "account_data": {"types": []},
}

log = logging.getLogger(__name__)

Accept = Callable[[str, Sequence[Mapping[str, Any]]], Awaitable[None]]


class Memory(Protocol):
    """Where the token is kept."""

    async def read(self) -> str | None: ...

    async def write(self, token: str) -> None: ...


class SyncBackfill:
    def __init__(self, client: MatrixClient, memory: Memory) -> None:
        self._client = client
        self._memory = memory
        self._timeline = Timeline(client, SWEPT)
        self._rooms = DividedRooms("sweep")
        self._soon = asyncio.Event()

    def soon(self) -> None:
        """Something may have been missed just now."""
        self._soon.set()

    async def keep_on(self, accept: Accept, record: Record = only_log) -> None:
        """At once, then every minute; runs until it is cancelled."""
        while True:
            pause = _EVERY
            self._soon.clear()
            try:
                await self.sweep(accept, record)
            except PpvError as error:
                log.info("the sweep is put off", extra={"error": str(error)})
                pause = _AFTER_FAILURE
            with suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), pause)

    async def sweep(self, accept: Accept, record: Record = only_log) -> None:
        """`accept` keeps what it is given for good, each event once, before it returns.

        A room whose events cannot be taken in does not hold up the others. Raises PpvError.
        """
        since = await self._memory.read()
        sync = await self._sync(since)
        until = text(sync, "next_batch")
        if not until:
            raise TemporaryError("the homeserver did not say how far its sync goes")
        rooms = section(sync, "rooms")
        put_off = []
        for room, part in section(rooms, "join").items():
            take = partial(self._take_room, room, part, since, until, accept)
            put_off.append(await self._rooms.take(room, take, record))
        put_off.append(
            await self._take_invitations(section(rooms, "invite"), until, accept, record)
        )
        for error in filter(None, put_off):
            raise error
        await self._memory.write(until)

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
        """Without a token it only tells where we are: nothing old is swept up."""
        room: dict[str, Any] = {
            "account_data": {"types": []},
            "ephemeral": {"types": []},
            "state": {"types": []},
            "timeline": {"types": list(SWEPT), "limit": 100},
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
        """They come without their event ids, so those that transactions bring have to be waited for."""
        if not invited:
            return None
        await asyncio.sleep(_TIME_TO_ARRIVE)
        answer = await self._client.call("GET", "/_matrix/client/v3/joined_rooms")
        joined = answer.get("joined_rooms")
        put_off = None
        for room, part in invited.items():
            if isinstance(joined, list) and room not in joined:
                take = partial(self._take_invitation, room, part, until, accept)
                put_off = await self._rooms.take(room, take, record) or put_off
        return put_off

    async def _take_invitation(
        self, room: str, part: object, until: str, accept: Accept, *, whole: bool
    ) -> None:
        if not whole:
            return
        await accept(f"sweep {until} {room}", _invitations(room, part, self._client.user_id, until))


def _invitations(room: str, part: object, bot: str, until: str) -> list[dict[str, Any]]:
    """One, taken from stripped state. Synapse puts the true invitation last, behind what the inviter's homeserver
    has sent; the rest may say anything.
    """
    states = section(part, "invite_state") if isinstance(part, Mapping) else {}
    events = states.get("events")
    made_up = hashlib.sha256(f"{room} {until}".encode()).hexdigest()
    found = [
        {**event, "room_id": room, "event_id": f"{STRIPPED_ID}{made_up}"}
        for event in (events if isinstance(events, list) else ())
        if isinstance(event, Mapping)
        and event.get("type") == "m.room.member"
        and event.get("state_key") == bot
    ]
    return found[-1:]
