"""Key requests to the homeserver: upload the bot's keys, query and claim those of other devices."""

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
_MAX_UPLOADS = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyUpkeep:
    client: MatrixClient
    olm: Any
    account: Account
    devices: Devices
    outgoing: OutboundSessions

    async def upload_keys(self) -> None:
        """Upload missing device keys, one-time keys and fallback keys."""
        for _ in range(_MAX_UPLOADS):
            body = self.account.upload_body()
            if not body or await self._upload(body):
                return

    async def _upload(self, body: Mapping[str, Any]) -> bool:
        try:
            answer = await self.client.call("POST", "/_matrix/client/v3/keys/upload", body)
        except MatrixRejected as rejected:
            if not self.account.is_published:
                raise
            # After a restored backup, the homeserver still has the later keys under the same ids.
            log.warning("one-time keys refused, uploading new ones", extra={"error": str(rejected)})
            self.account.discard_pending_keys()
            return False
        self.account.mark_uploaded(answer)
        return True

    async def repair_sessions(self) -> None:
        """Start new sessions with devices whose session is broken, and send nio's pending messages."""
        wedged = self.devices.wedged()
        if wedged:
            await self._claim(wedged)
        for message in self.outgoing.messages():
            try:
                await self.send_to_devices(message.type, message.as_dict()["messages"])
            except MatrixRejected as rejected:  # For example, an invalid user id.
                log.warning("to-device message refused", extra={"error": str(rejected)})
            self.olm.handle_response(nio.ToDeviceResponse(message))

    async def query_devices(self, users: Collection[str]) -> None:
        """Query the devices of users whose devices are unknown or may have changed."""
        unknown = self.devices.to_query(users)
        if unknown:
            body = {"device_keys": {user: [] for user in unknown}, "timeout": _QUERY_MS}
            answer = await self.client.call("POST", "/_matrix/client/v3/keys/query", body)
            with self.olm.store.database.atomic():
                self.devices.on_query_response(unknown, answer)

    async def open_sessions(self, devices: Collection[Any]) -> None:
        """Start Olm sessions with the devices that have none, if they have a one-time or fallback key."""
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
            self.devices.on_one_time_keys(wanted, answer)
