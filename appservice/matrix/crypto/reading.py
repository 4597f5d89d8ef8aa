"""The port `RoomEncryption`: which rooms are encrypted, and what is said in them."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from appservice.matrix.crypto.devices import Devices
from appservice.matrix.crypto.incoming import MEGOLM, Incoming, Opened
from appservice.matrix.crypto.rooms import KnownRooms
from appservice.matrix.crypto.upkeep import Upkeep
from appservice.matrix.fields import section, text
from bot.errors import Transient
from bot.ids import RoomId
from bot.ports import Ahead

_UNDERSTOOD = frozenset({"m.room.message", "m.reaction"})
"""Inside of ciphertext only these count: nobody has checked the power behind a redaction in there."""
_PATIENCE = 2.5
"""Seconds that somebody's message may be held up for its key, which clients send first."""
_NOTHING = "io.github.matrix_ppv.nothing"

log = logging.getLogger(__name__)


class EncryptedRooms:
    def __init__(
        self, rooms: KnownRooms, incoming: Incoming, devices: Devices, upkeep: Upkeep
    ) -> None:
        self._rooms = rooms
        self._incoming = incoming
        self._devices = devices
        self._upkeep = upkeep
        self._requested: set[str] = set()

    async def is_encrypted(self, room: RoomId) -> bool:
        return await self._rooms.is_encrypted(room)

    async def read(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        content = section(event, "content")
        if content.get("algorithm") != MEGOLM or not text(content, "session_id"):
            return self._clear(event, _NOTHING, {})  # Redacted, or in a cipher of another world.
        opened = self._incoming.open(event)
        if opened is None:
            await self._request(event)
            return None
        if not await self._is_by_its_sender(event, opened):
            log.warning("an event was not written by its sender's device")
            return self._clear(event, _NOTHING, {})
        if opened.type not in _UNDERSTOOD:
            return self._clear(event, _NOTHING, {})
        return self._clear(event, opened.type, opened.content)

    async def read_ahead(self, event: Mapping[str, Any]) -> Ahead:
        try:
            async with asyncio.timeout(_PATIENCE):
                while (opened := self._incoming.look_into(event)) is None:
                    await self._incoming.more_keys()
        except TimeoutError:
            raise Transient("the key of a held event has not come") from None
        if not await self._is_by_its_sender(event, opened):
            raise Transient("a held event was not written by its sender's device")
        return Ahead(opened.type, opened.content, f"{opened.session} {opened.index}")

    def _clear(
        self, event: Mapping[str, Any], type_: str, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {**event, "type": type_, "content": dict(content), "encrypted": True}

    async def _is_by_its_sender(self, event: Mapping[str, Any], opened: Opened) -> bool:
        sender = str(event.get("sender"))
        if not self._devices.owns(sender, opened.author_key):
            self._devices.changed([sender])
            await self._upkeep.know([sender])
        return self._devices.owns(sender, opened.author_key)

    async def _request(self, event: Mapping[str, Any]) -> None:
        """Ask the sender's devices for the key, once a session and start of ours.

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
        self._requested.add(session)
