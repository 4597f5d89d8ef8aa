"""Keeping the keys of our device, and what we know of others', as they should be on the homeserver."""

import logging
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import nio

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.crypto.megolm.outbound_session import OutboundSessions
from appservice.matrix.crypto.olm_account import Account
from appservice.matrix.crypto.trust.device_trust import Devices
from appservice.matrix.responses import MatrixRejected

_QUERY_MS = 10_000
_MOST_UPLOADS = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyUpkeep:
    client: MatrixClient
    olm: Any
    account: Account
    devices: Devices
    outgoing: OutboundSessions

    async def keys_up(self) -> None:
        """Upload what is missing there: the device's keys, one-time keys, a fresh fallback key."""
        for _ in range(_MOST_UPLOADS):
            body = self.account.upload()
            if not body or await self._upload(body):
                return

    async def _upload(self, body: Mapping[str, Any]) -> bool:
        try:
            answer = await self.client.call("POST", "/_matrix/client/v3/keys/upload", body)
        except MatrixRejected as rejected:
            if not self.account.is_published:
                raise
            # So it is after a restored backup: the keys made since then are on the homeserver still.
            log.warning("one-time keys refused, others follow", extra={"error": str(rejected)})
            self.account.skip()
            return False
        self.account.uploaded(answer)
        return True

    async def mend_sessions(self) -> None:
        """New sessions for devices whose old one is broken, and what nio has to say to others."""
        wedged = self.devices.wedged()
        if wedged:
            await self._claim(wedged)
        for message in self.outgoing.messages():
            try:
                await self.send_to_devices(message.type, message.as_dict()["messages"])
            except (
                MatrixRejected
            ) as rejected:  # It names somebody whom the homeserver does not take.
                log.warning("a message to a device is refused", extra={"error": str(rejected)})
            self.olm.handle_response(nio.ToDeviceResponse(message))

    async def know(self, users: Collection[str]) -> None:
        """Learn of the devices of all of them."""
        unknown = self.devices.unknown(users)
        if unknown:
            body = {"device_keys": {user: [] for user in unknown}, "timeout": _QUERY_MS}
            answer = await self.client.call("POST", "/_matrix/client/v3/keys/query", body)
            with self.olm.store.database.atomic():
                self.devices.take_in(unknown, answer)

    async def open_sessions(self, devices: Collection[Any]) -> None:
        """Begin a session with each of them that has a key left to begin one with."""
        wanted = self.devices.without_session(devices)
        if wanted:
            await self._claim(wanted)

    async def send_to_devices(self, type_: str, messages: Mapping[str, Any]) -> None:
        path = path_of("/_matrix/client/v3/sendToDevice/{}/{}", type_, uuid.uuid4().hex)
        await self.client.call("PUT", path, {"messages": messages})

    async def _claim(self, wanted: Mapping[str, Mapping[str, str]]) -> None:
        body = {"one_time_keys": wanted, "timeout": _QUERY_MS}
        answer = await self.client.call("POST", "/_matrix/client/v3/keys/claim", body)
        with self.olm.store.database.atomic():
            self.devices.claimed(wanted, answer)
