"""The port `RoomEncryption`: which rooms are encrypted, and the content of their events."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from appservice.matrix.crypto.encrypted_rooms import KnownRooms
from appservice.matrix.crypto.megolm.inbound_keys import DecryptedEvent, InboundKeys
from appservice.matrix.crypto.megolm.key_upkeep import KeyUpkeep
from appservice.matrix.crypto.megolm.outbound_session import MEGOLM
from appservice.matrix.crypto.trust.device_trust import Devices
from appservice.matrix.json_fields import section, text
from bot.domain.matrix.event_filter import UNSELLABLE
from bot.domain.people.cross_signing import Author
from bot.errors import TemporaryError
from bot.ids import RoomId
from bot.ports import DecryptedPreview

_SUPPORTED_TYPES = frozenset({"m.room.message", "m.reaction", *UNSELLABLE})
"""Event types accepted in ciphertext. Redactions are not, because the homeserver has not checked their power level."""
_KEY_WAIT_SECONDS = 2.5
"""How long the gate may delay a message while its key arrives. Clients send the key first."""
_MAX_REQUESTED = 10_000
_IGNORED_TYPE = "io.github.matrix_ppv.nothing"

log = logging.getLogger(__name__)


class EncryptedRooms:
    def __init__(
        self, rooms: KnownRooms, incoming: InboundKeys, devices: Devices, upkeep: KeyUpkeep
    ) -> None:
        self._rooms = rooms
        self._incoming = incoming
        self._devices = devices
        self._upkeep = upkeep
        self._requested: dict[str, None] = {}

    async def is_encrypted(self, room: RoomId) -> bool:
        return await self._rooms.is_encrypted(room)

    async def read(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        content = section(event, "content")
        if content.get("algorithm") != MEGOLM or not text(content, "session_id"):
            return self._decrypted(event, _IGNORED_TYPE, {})  # Redacted, or an unknown algorithm.
        decrypted = await self._decrypt(event)
        author = self._author(event, decrypted) if decrypted else None
        if decrypted is None or author is None:
            await self._request(event)
            return None
        if not self._incoming.is_first_use(event, decrypted):
            log.warning("megolm replay detected", extra={"room": event["room_id"]})
            return self._decrypted(event, _IGNORED_TYPE, {})
        if decrypted.type not in _SUPPORTED_TYPES:
            return self._decrypted(event, _IGNORED_TYPE, {})
        return self._decrypted(event, decrypted.type, decrypted.content) | {
            "author": _author_to_json(author)
        }

    async def read_ahead(self, event: Mapping[str, Any]) -> DecryptedPreview:
        try:
            async with asyncio.timeout(_KEY_WAIT_SECONDS):
                while (decrypted := await self._decrypt(event)) is None:
                    await self._incoming.wait_for_keys()
        except TimeoutError:
            raise TemporaryError("the key of a delayed event has not arrived") from None
        author = self._author(event, decrypted)
        if author is None:
            raise TemporaryError("the device that sent a delayed event is unknown")
        position = f"{decrypted.session.id} {decrypted.index}"
        if not self._incoming.is_unread(decrypted):
            # The room has received it already, so the gate may let it pass.
            return DecryptedPreview(_IGNORED_TYPE, {}, position, author)
        return DecryptedPreview(decrypted.type, decrypted.content, position, author)

    def _decrypted(
        self, event: Mapping[str, Any], type_: str, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {**event, "type": type_, "content": dict(content), "encrypted": True}

    async def _decrypt(self, event: Mapping[str, Any]) -> DecryptedEvent | None:
        """Decrypt an event with a session of its sender's own devices; None if that is not possible yet."""
        sender = str(event.get("sender"))
        await self._upkeep.query_devices([sender])
        if self._incoming.is_from_other_device(event, self._devices.keys_of(sender)):
            self._devices.mark_changed([sender])  # It may be from a new device.
            await self._upkeep.query_devices([sender])
        return self._incoming.decrypt(event, self._devices.keys_of(sender))

    def _author(self, event: Mapping[str, Any], decrypted: DecryptedEvent) -> Author | None:
        return self._devices.author(str(event.get("sender")), decrypted.device)

    async def _request(self, event: Mapping[str, Any]) -> None:
        """Request the key from the sender's devices, once per session in the life of the process.

        https://spec.matrix.org/v1.17/client-server-api/#mroom_key_request
        """
        content = section(event, "content")
        session = text(content, "session_id") or ""
        if session in self._requested:
            return
        body = {
            "action": "request",
            "request_id": uuid.uuid4().hex,
            "requesting_device_id": self._upkeep.account.device,
            "body": {
                "algorithm": MEGOLM,
                "room_id": event.get("room_id"),
                "session_id": session,
                "sender_key": text(content, "sender_key") or "",
            },
        }
        sender = str(event.get("sender"))
        await self._upkeep.send_to_devices("m.room_key_request", {sender: {"*": body}})
        self._requested[session] = None
        if len(self._requested) > _MAX_REQUESTED:
            self._requested.pop(next(iter(self._requested)))


def _author_to_json(author: Author) -> dict[str, Any]:
    """Return the author as JSON to store with the event."""
    return {
        "device": author.device,
        "master_key": author.seen.master_key,
        "devices": sorted(author.seen.devices),
    }
