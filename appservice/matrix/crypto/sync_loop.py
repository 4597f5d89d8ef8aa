"""The one sync loop: encrypted rooms, keys, and news of devices.

Its token is written only after all that came with it is kept, so a crash loses nothing.
https://spec.matrix.org/v1.17/client-server-api/#syncing
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from appservice.matrix.client import MatrixClient
from appservice.matrix.crypto.bot_cross_signing import EncryptedIdentity
from appservice.matrix.crypto.encrypted_rooms import KnownRooms
from appservice.matrix.crypto.megolm.inbound_keys import InboundKeys
from appservice.matrix.crypto.megolm.key_upkeep import KeyUpkeep
from appservice.matrix.crypto.olm_account import Account
from appservice.matrix.crypto.trust.device_trust import Devices
from appservice.matrix.json_fields import section, text
from appservice.matrix.parse_timeline import Timeline
from appservice.matrix.responses import UnknownDevice
from appservice.matrix.room.divided_rooms import DividedRooms, Record, only_log
from bot.errors import PpvError
from bot.ids import UserId
from bot.services.inbound.failed_items import Malformed

LISTENED_TO = ("m.room.encrypted", "m.room.member", "m.room.encryption")
_LONG_POLL_MS = 30_000
_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "account_data": {"types": []},
            "ephemeral": {"types": []},
            "state": {"types": ["m.room.encryption"], "lazy_load_members": True},
            "timeline": {"types": list(LISTENED_TO), "limit": 50},
        },
    },
    separators=(",", ":"),
)

log = logging.getLogger(__name__)


DevicesChanged = Callable[[Collection[UserId]], Awaitable[None]]


async def _ignore(_: Collection[UserId]) -> None:
    pass


def _people_in(names: object) -> frozenset[UserId]:
    return frozenset(
        UserId(each)
        for each in (names if isinstance(names, list) else ())
        if isinstance(each, str) and each.startswith("@")
    )


class SyncLoop:
    """`accept` keeps raw encrypted events for good before it returns; `keys_came` is told sessions."""

    def __init__(
        self,
        *,
        client: MatrixClient,
        olm: Any,
        account: Account,
        devices: Devices,
        incoming: InboundKeys,
        rooms: KnownRooms,
        upkeep: KeyUpkeep,
        identity: EncryptedIdentity,
    ) -> None:
        self._client = client
        self._olm = olm
        self._account = account
        self._devices = devices
        self._incoming = incoming
        self._rooms = rooms
        self._upkeep = upkeep
        self._identity = identity
        self._timeline = Timeline(client, LISTENED_TO)
        self._rooms_apart = DividedRooms("sync")
        self._since: str | None = olm.store.load_sync_token()
        self.in_touch = asyncio.Event()
        """Set once the first sync is through, and while no later one has failed."""

    async def listen(
        self,
        accept: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        keys_came: Callable[[Sequence[str]], Awaitable[None]],
        regained: Callable[[], None],
        record: Record = only_log,
        devices_changed: DevicesChanged = _ignore,
    ) -> None:
        """Runs until it is cancelled. `regained` is called when it hears (again), `devices_changed` with the
        people whose devices or identities may be others now.

        `record` is told of what could not be handled. Raises whatever a fault of ours raises; then it is to be
        called again.
        """
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._sync(accept, keys_came, record, devices_changed)
            except UnknownDevice:
                await self._mend_device()
                await asyncio.sleep(pause)
            except PpvError as error:
                self._lost(error, pause)
                await asyncio.sleep(pause)
            except Exception as error:
                self._lost(error, pause)
                raise
            else:
                if not self.in_touch.is_set():
                    regained()
                self.in_touch.set()
                pause = _FIRST_PAUSE
                continue
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _sync(
        self,
        accept: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        keys_came: Callable[[Sequence[str]], Awaitable[None]],
        record: Record,
        devices_changed: DevicesChanged,
    ) -> None:
        since = self._since
        timeout = _LONG_POLL_MS if self.in_touch.is_set() else 0
        query = {"filter": _FILTER, "timeout": str(timeout), "set_presence": "offline"}
        if since:
            query["since"] = since
        sync = await self._client.wait_for(f"/_matrix/client/v3/sync?{urlencode(query)}")
        sessions = self._take_in_keys(sync)
        if changed := _people_in(section(sync, "device_lists").get("changed")):
            await devices_changed(changed)
        await self._record_unusable(record)
        joined = section(section(sync, "rooms"), "join")
        put_off = []
        for room, part in joined.items():
            take = partial(self._take_in_room, room, part, since, accept)
            put_off.append(await self._rooms_apart.take(room, take, record))
        if sessions:
            await keys_came(sorted(sessions))
        for error in filter(None, put_off):
            raise error
        self._since = text(sync, "next_batch") or since
        if joined or sessions or since is None:
            self._olm.store.save_sync_token(self._since)
        await self._upkeep.keys_up()
        await self._mend_sessions(record)

    async def _record_unusable(self, record: Record) -> None:
        unusable, self._incoming.unusable = self._incoming.unusable, []
        for sender, error in unusable:
            # Anybody may send nonsense, so no admin is alarmed.
            await record("to_device", sender, Malformed(type(error).__name__))

    async def _mend_sessions(self, record: Record) -> None:
        """With others' devices: their trouble must not keep us from hearing everybody."""
        try:
            await self._upkeep.mend_sessions()
        except UnknownDevice:
            raise
        except PpvError as error:
            log.warning("sessions are mended later", extra={"error": str(error)})
        except Exception as error:  # noqa: BLE001 - nio raises all kinds of errors on others' key material
            await record("sessions", "mend_sessions", error)

    def _take_in_keys(self, sync: Mapping[str, Any]) -> set[str]:
        lists = section(sync, "device_lists")
        for names in (lists.get("changed"), lists.get("left")):
            self._devices.changed(names if isinstance(names, list) else ())
        unused = sync.get("device_unused_fallback_key_types")
        self._account.note_server_side(
            section(sync, "device_one_time_keys_count"),
            unused if isinstance(unused, list) else None,
        )
        arrived = section(sync, "to_device").get("events")
        return self._incoming.take_in(arrived if isinstance(arrived, list) else ())

    async def _take_in_room(
        self,
        room: str,
        part: object,
        since: str | None,
        accept: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        *,
        whole: bool,
    ) -> None:
        if not isinstance(part, Mapping):
            return
        events = await self._timeline.since(room, part, since, whole=whole)
        for event in events:
            self._rooms.heard(room, event)
        encrypted = [event for event in events if event.get("type") == "m.room.encrypted"]
        if encrypted:
            await accept(encrypted)

    async def _mend_device(self) -> None:
        """Somebody has deleted our device."""
        self.in_touch.clear()
        try:
            await self._identity.establish()
        except PpvError as error:
            log.error("there is no new device yet", extra={"error": str(error)})  # noqa: TRY400

    def _lost(self, error: Exception, pause: float) -> None:
        """Whatever we knew may be out of date by the time that we hear again."""
        if self.in_touch.is_set():
            log.warning("out of touch", extra={"error": str(error), "next_try_seconds": pause})
        self.in_touch.clear()
        self._rooms.forget_all()
        self._devices.forget_all()
