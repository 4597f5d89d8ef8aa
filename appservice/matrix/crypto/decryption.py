"""The port `RoomEncryption`: which rooms are encrypted, and what is said in them."""

import asyncio
import logging
import uuid
from collections.abc import Mapping
from typing import Any

from appservice.matrix.crypto.encrypted_rooms import KnownRooms
from appservice.matrix.crypto.megolm.inbound_keys import InboundKeys, Opened
from appservice.matrix.crypto.megolm.key_upkeep import KeyUpkeep
from appservice.matrix.crypto.megolm.outbound_session import MEGOLM
from appservice.matrix.crypto.trust.device_trust import Devices
from appservice.matrix.json_fields import section, text
from bot.domain.matrix.event_filter import UNSELLABLE
from bot.domain.people.cross_signing import Author
from bot.errors import TemporaryError
from bot.ids import RoomId
from bot.ports import DecryptedPreview

_UNDERSTOOD = frozenset({"m.room.message", "m.reaction", *UNSELLABLE})
"""Inside of ciphertext only these count: nobody has checked the power behind a redaction in there."""
_PATIENCE = 2.5
"""Seconds that somebody's message may be held up for its key, which clients send first."""
_MAX_REQUESTED = 10_000
_NOTHING = "io.github.matrix_ppv.nothing"

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
            return self._clear(event, _NOTHING, {})  # Redacted, or in a cipher of another world.
        opened = await self._opened(event)
        author = self._author(event, opened) if opened else None
        if opened is None or author is None:
            await self._request(event)
            return None
        if not self._incoming.is_first_use(event, opened):
            log.warning("an event is another one's ciphertext", extra={"room": event["room_id"]})
            return self._clear(event, _NOTHING, {})
        if opened.type not in _UNDERSTOOD:
            return self._clear(event, _NOTHING, {})
        return self._clear(event, opened.type, opened.content) | {"author": _told(author)}

    async def read_ahead(self, event: Mapping[str, Any]) -> DecryptedPreview:
        try:
            async with asyncio.timeout(_PATIENCE):
                while (opened := await self._opened(event)) is None:
                    await self._incoming.more_keys()
        except TimeoutError:
            raise TemporaryError("the key of a held event has not come") from None
        author = self._author(event, opened)
        if author is None:
            raise TemporaryError("the device that wrote a held event is not known")
        place = f"{opened.session.id} {opened.index}"
        if not self._incoming.is_unread(opened):
            return DecryptedPreview(
                _NOTHING, {}, place, author
            )  # The room has it already, so it may pass.
        return DecryptedPreview(opened.type, opened.content, place, author)

    def _clear(
        self, event: Mapping[str, Any], type_: str, content: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {**event, "type": type_, "content": dict(content), "encrypted": True}

    async def _opened(self, event: Mapping[str, Any]) -> Opened | None:
        """Open an event with a session of its sender's own devices."""
        sender = str(event.get("sender"))
        await self._upkeep.know([sender])
        if self._incoming.is_from_another(event, self._devices.keys_of(sender)):
            self._devices.changed([sender])  # Perhaps from a device that is new.
            await self._upkeep.know([sender])
        return self._incoming.open(event, self._devices.keys_of(sender))

    def _author(self, event: Mapping[str, Any], opened: Opened) -> Author | None:
        return self._devices.author(str(event.get("sender")), opened.device)

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
        self._requested[session] = None
        if len(self._requested) > _MAX_REQUESTED:
            self._requested.pop(next(iter(self._requested)))


def _told(author: Author) -> dict[str, Any]:
    """The author as JSON, as it goes with the event."""
    return {
        "device": author.device,
        "master_key": author.seen.master_key,
        "devices": sorted(author.seen.devices),
    }
