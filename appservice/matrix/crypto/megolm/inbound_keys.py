"""Receive room keys by to-device messages, and decrypt events with them."""

import asyncio
import copy
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import nio

from appservice.lenient_json import loads
from appservice.matrix.crypto.library_panics import no_panics
from appservice.matrix.crypto.megolm.outbound_session import MEGOLM
from appservice.matrix.crypto.megolm.room_key_store import RoomKeys
from appservice.matrix.crypto.trust.device_trust import Devices
from appservice.matrix.json_fields import section, text

log = logging.getLogger(__name__)


_MAX_UNKNOWN_DEVICES = 5
"""Devices of one user that may send keys before they are in the user's device list."""
_MAX_UNKNOWN_SENDERS = 10_000


@dataclass(frozen=True, slots=True)
class DecryptedEvent:
    """A decrypted event, the Ed25519 key of the device that sent it, and its index in the session."""

    type: str
    content: Mapping[str, Any]
    device: str
    session: Any
    index: int


class InboundKeys:
    def __init__(self, olm: Any, devices: Devices) -> None:
        self._olm = olm
        self._devices = devices
        self._unknown_devices: dict[str, set[str]] = {}
        self._keys_added = asyncio.Event()
        self.unusable: list[tuple[str, Exception]] = []
        """Senders and errors of to-device messages that could not be handled. The reader empties it."""

    def receive(self, to_device: Iterable[object]) -> set[str]:
        """Handle to-device messages. Return the ids of the sessions whose keys have arrived."""
        sessions = set()
        with self._olm.store.database.atomic():
            for raw in to_device:
                if isinstance(raw, Mapping) and raw.get("type") == "m.room.encrypted":
                    sessions |= self._decrypt_to_device(raw)
        if sessions:
            self._keys_added.set()
            self._keys_added = asyncio.Event()
        return sessions

    async def wait_for_keys(self) -> None:
        """Wait until the next keys arrive."""
        await self._keys_added.wait()

    def _decrypt_to_device(self, raw: Mapping[str, Any]) -> set[str]:
        sender, key = text(raw, "sender") or "", text(section(raw, "content"), "sender_key") or ""
        if not self._may_send(sender, key):
            log.warning("too many unknown devices of one user", extra={"user": sender})
            return set()
        try:
            event = nio.ToDeviceEvent.parse_event(copy.deepcopy(dict(raw)))
            with no_panics():
                inner = self._olm.handle_to_device_event(event)
        except Exception as error:  # noqa: BLE001 - anybody may send anything. The message may hold keys, so it is not logged.
            log.warning("to-device message not decrypted", extra={"error": type(error).__name__})
            self.unusable.append((sender, error))
            # nio does this itself for most errors, but not for a lost one-time key.
            with suppress(Exception):
                self._olm._mark_device_for_unwedging(sender, key)
            return set()
        session = getattr(inner, "session_id", None)
        return {session} if isinstance(session, str) else set()

    def _may_send(self, sender: str, key: str) -> bool:
        """Return whether to accept keys from this device, because each new device costs a stored session."""
        if key in self._devices.keys_of(sender) or self._olm.session_store.get(key):
            return True
        known = self._unknown_devices.setdefault(sender, set())
        if len(self._unknown_devices) > _MAX_UNKNOWN_SENDERS:
            self._unknown_devices.pop(next(iter(self._unknown_devices)))
        if key not in known and len(known) >= _MAX_UNKNOWN_DEVICES:
            return False
        known.add(key)
        return True

    def is_first_use(self, event: Mapping[str, Any], decrypted: DecryptedEvent) -> bool:
        """Return whether no other event with that ciphertext was read. A second one is a replay."""
        keys: RoomKeys = self._olm.room_keys
        return keys.is_first_use(decrypted.session, decrypted.index, event)

    def is_unread(self, decrypted: DecryptedEvent) -> bool:
        """Return whether no event with that ciphertext was read yet."""
        keys: RoomKeys = self._olm.room_keys
        return keys.is_unread(decrypted.session, decrypted.index)

    def is_from_other_device(self, event: Mapping[str, Any], devices: Mapping[str, str]) -> bool:
        """Return whether the session of an event was sent, but by none of these devices."""
        senders = self._senders(event)
        return bool(senders) and not senders & devices.keys()

    def decrypt(
        self, event: Mapping[str, Any], devices: Mapping[str, str]
    ) -> DecryptedEvent | None:
        """Decrypt an event with a session that one of these devices has sent; None if that fails.

        `devices`: Ed25519 by Curve25519 keys, of the sender of the event. The event itself may name
        any device, and anybody can send a session with any id.
        """
        content = section(event, "content")
        room, session_id = text(event, "room_id") or "", text(content, "session_id") or ""
        ciphertext = text(content, "ciphertext")
        if content.get("algorithm") != MEGOLM or ciphertext is None:
            return None
        for sender_key in sorted(self._senders(event) & devices.keys()):
            session = self._olm.room_keys.find(room, sender_key, session_id)
            if session is not None and session.ed25519 == devices[sender_key]:
                decrypted = _decrypt(session, ciphertext, content, room)
                if decrypted is not None:
                    return decrypted
        return None

    def _senders(self, event: Mapping[str, Any]) -> set[str]:
        room = text(event, "room_id") or ""
        session_id = text(section(event, "content"), "session_id") or ""
        keys: RoomKeys = self._olm.room_keys
        return keys.senders(room, session_id)


def _decrypt(
    session: Any, ciphertext: str, content: Mapping[str, Any], room: str
) -> DecryptedEvent | None:
    try:
        with no_panics():
            plaintext, index = session.decrypt(ciphertext)
        inside = loads(plaintext)
    except ValueError as error:  # vodozemac's are ValueErrors
        log.warning("event not decrypted", extra={"error": type(error).__name__})
        return None
    if not isinstance(inside, Mapping) or inside.get("room_id") != room:
        return None
    type_, encrypted_content = inside.get("type"), inside.get("content")
    if not isinstance(type_, str) or not isinstance(encrypted_content, Mapping):
        return None
    # A relation outside of the ciphertext can be changed by the homeserver, so one inside takes precedence.
    # https://spec.matrix.org/v1.17/client-server-api/#mroomencrypted
    relation = {key: content[key] for key in ("m.relates_to",) if key in content}
    return DecryptedEvent(type_, {**relation, **encrypted_content}, session.ed25519, session, index)
