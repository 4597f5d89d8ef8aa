"""The sync loop of the bot's device: encrypted events, keys, and changed devices.

The sync token is saved after everything that came with it, so a crash loses nothing.
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

EVENT_TYPES = ("m.room.encrypted", "m.room.member", "m.room.encryption")
_LONG_POLL_MS = 30_000
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
_FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "account_data": {"types": []},
            "ephemeral": {"types": []},
            "state": {"types": ["m.room.encryption"], "lazy_load_members": True},
            "timeline": {"types": list(EVENT_TYPES), "limit": 50},
        },
    },
    separators=(",", ":"),
)

log = logging.getLogger(__name__)


DevicesChanged = Callable[[Collection[UserId]], Awaitable[None]]


async def _ignore(_: Collection[UserId]) -> None:
    pass


def _user_ids(names: object) -> frozenset[UserId]:
    return frozenset(
        UserId(each)
        for each in (names if isinstance(names, list) else ())
        if isinstance(each, str) and each.startswith("@")
    )


class SyncLoop:
    """Passes encrypted events to `accept`, which must store them, and ids of new room keys' sessions to `keys_came`."""

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
        self._timeline = Timeline(client, EVENT_TYPES)
        self._divided_rooms = DividedRooms("sync")
        self._since: str | None = olm.store.load_sync_token()
        self.synced = asyncio.Event()
        """Set while the last sync succeeded."""

    async def run(
        self,
        accept: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        keys_came: Callable[[Sequence[str]], Awaitable[None]],
        on_reconnect: Callable[[], None],
        record: Record = only_log,
        devices_changed: DevicesChanged = _ignore,
    ) -> None:
        """Sync until cancelled.

        `on_reconnect` is called after the first sync and after an interruption, `devices_changed` with users whose
        devices or identities may have changed, `record` with items that could not be handled. Errors other than
        PpvError are raised; the supervisor then calls this again.
        """
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._sync(accept, keys_came, record, devices_changed)
            except UnknownDevice:
                await self._replace_device()
                await asyncio.sleep(pause)
            except PpvError as error:
                self._on_sync_error(error, pause)
                await asyncio.sleep(pause)
            except Exception as error:
                self._on_sync_error(error, pause)
                raise
            else:
                if not self.synced.is_set():
                    on_reconnect()
                self.synced.set()
                pause = _FIRST_PAUSE_SECONDS
                continue
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    async def _sync(
        self,
        accept: Callable[[Sequence[Mapping[str, Any]]], Awaitable[None]],
        keys_came: Callable[[Sequence[str]], Awaitable[None]],
        record: Record,
        devices_changed: DevicesChanged,
    ) -> None:
        since = self._since
        timeout = _LONG_POLL_MS if self.synced.is_set() else 0
        query = {"filter": _FILTER, "timeout": str(timeout), "set_presence": "offline"}
        if since:
            query["since"] = since
        sync = await self._client.wait_for(f"/_matrix/client/v3/sync?{urlencode(query)}")
        sessions = self._receive_keys(sync)
        if changed := _user_ids(section(sync, "device_lists").get("changed")):
            await devices_changed(changed)
        await self._record_unusable(record)
        joined = section(section(sync, "rooms"), "join")
        temporary_errors = []
        for room, part in joined.items():
            take = partial(self._receive_room, room, part, since, accept)
            temporary_errors.append(await self._divided_rooms.take(room, take, record))
        if sessions:
            await keys_came(sorted(sessions))
        for error in filter(None, temporary_errors):
            raise error
        self._since = text(sync, "next_batch") or since
        if joined or sessions or since is None:
            self._olm.store.save_sync_token(self._since)
        await self._upkeep.upload_keys()
        await self._repair_sessions(record)

    async def _record_unusable(self, record: Record) -> None:
        unusable, self._incoming.unusable = self._incoming.unusable, []
        for sender, error in unusable:
            # Anybody can send invalid messages, so admins are not alerted.
            await record("to_device", sender, Malformed(type(error).__name__))

    async def _repair_sessions(self, record: Record) -> None:
        """Repair Olm sessions. An error with one device must not stop the sync."""
        try:
            await self._upkeep.repair_sessions()
        except UnknownDevice:
            raise
        except PpvError as error:
            log.warning("olm sessions not repaired, will retry", extra={"error": str(error)})
        except Exception as error:  # noqa: BLE001 - nio raises all kinds of errors on others' key material
            await record("sessions", "repair_sessions", error)

    def _receive_keys(self, sync: Mapping[str, Any]) -> set[str]:
        lists = section(sync, "device_lists")
        for names in (lists.get("changed"), lists.get("left")):
            self._devices.mark_changed(names if isinstance(names, list) else ())
        unused = sync.get("device_unused_fallback_key_types")
        self._account.set_server_counts(
            section(sync, "device_one_time_keys_count"),
            unused if isinstance(unused, list) else None,
        )
        arrived = section(sync, "to_device").get("events")
        return self._incoming.receive(arrived if isinstance(arrived, list) else ())

    async def _receive_room(
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
            self._rooms.on_event(room, event)
        encrypted = [event for event in events if event.get("type") == "m.room.encrypted"]
        if encrypted:
            await accept(encrypted)

    async def _replace_device(self) -> None:
        """Set up a new device, because the bot's was deleted on the homeserver."""
        self.synced.clear()
        try:
            await self._identity.establish()
        except PpvError as error:
            log.error("new device not set up, will retry", extra={"error": str(error)})  # noqa: TRY400

    def _on_sync_error(self, error: Exception, pause: float) -> None:
        """Drop cached rooms and devices, because changes may be missed until the next sync."""
        if self.synced.is_set():
            log.warning("sync interrupted", extra={"error": str(error), "next_try_seconds": pause})
        self.synced.clear()
        self._rooms.forget_all()
        self._devices.mark_all_changed()
