"""Keys that come in, and the events that they open."""

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
"""Of one person: devices that are not in their list yet may send keys, but not one device a key."""
_MAX_STRANGERS = 10_000


@dataclass(frozen=True, slots=True)
class Opened:
    """An event's inside, the Ed25519 key of the device that wrote it, and the place in its session."""

    type: str
    content: Mapping[str, Any]
    device: str
    session: Any
    index: int


class InboundKeys:
    def __init__(self, olm: Any, devices: Devices) -> None:
        self._olm = olm
        self._devices = devices
        self._unknown: dict[str, set[str]] = {}
        self._news = asyncio.Event()
        self.unusable: list[tuple[str, Exception]] = []
        """To-device messages that could not be handled, by their sender; whoever reads this empties it."""

    def take_in(self, to_device: Iterable[object]) -> set[str]:
        """The ids of the room sessions whose keys have come."""
        sessions = set()
        with self._olm.store.database.atomic():
            for raw in to_device:
                if isinstance(raw, Mapping) and raw.get("type") == "m.room.encrypted":
                    sessions |= self._opened(raw)
        if sessions:
            self._news.set()
            self._news = asyncio.Event()
        return sessions

    async def more_keys(self) -> None:
        """Returns when keys have come in."""
        await self._news.wait()

    def _opened(self, raw: Mapping[str, Any]) -> set[str]:
        sender, key = text(raw, "sender") or "", text(section(raw, "content"), "sender_key") or ""
        if not self._may_send(sender, key):
            log.warning("too many unknown devices of one person", extra={"user": sender})
            return set()
        try:
            event = nio.ToDeviceEvent.parse_event(copy.deepcopy(dict(raw)))
            with no_panics():
                inner = self._olm.handle_to_device_event(event)
        except Exception as error:  # noqa: BLE001 - anybody may send anything; keys never go into the log
            log.warning("unusable key message", extra={"error": type(error).__name__})
            self.unusable.append((sender, error))
            # nio does so itself where it foresaw the failure; a one-time key that was lost, it did not.
            with suppress(Exception):
                self._olm._mark_device_for_unwedging(sender, key)
            return set()
        session = getattr(inner, "session_id", None)
        return {session} if isinstance(session, str) else set()

    def _may_send(self, sender: str, key: str) -> bool:
        """Whether keys are taken from this device: every new one makes the bot keep a session."""
        if key in self._devices.keys_of(sender) or self._olm.session_store.get(key):
            return True
        known = self._unknown.setdefault(sender, set())
        if len(self._unknown) > _MAX_STRANGERS:
            self._unknown.pop(next(iter(self._unknown)))
        if key not in known and len(known) >= _MAX_UNKNOWN_DEVICES:
            return False
        known.add(key)
        return True

    def is_first_use(self, event: Mapping[str, Any], opened: Opened) -> bool:
        """Whether this is the only event with that ciphertext; another one's copy is a replay."""
        keys: RoomKeys = self._olm.room_keys
        return keys.is_first_use(opened.session, opened.index, event)

    def is_unread(self, opened: Opened) -> bool:
        """Whether no event with that ciphertext has been read yet."""
        keys: RoomKeys = self._olm.room_keys
        return keys.is_unread(opened.session, opened.index)

    def is_from_another(self, event: Mapping[str, Any], devices: Mapping[str, str]) -> bool:
        """Whether only devices other than these have sent the session of an event."""
        senders = self._senders(event)
        return bool(senders) and not senders & devices.keys()

    def open(self, event: Mapping[str, Any], devices: Mapping[str, str]) -> Opened | None:
        """Open an event with a session that one of these devices has sent. Never raises.

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
                opened = _opened(session, ciphertext, content, room)
                if opened is not None:
                    return opened
        return None

    def _senders(self, event: Mapping[str, Any]) -> set[str]:
        room = text(event, "room_id") or ""
        session_id = text(section(event, "content"), "session_id") or ""
        keys: RoomKeys = self._olm.room_keys
        return keys.senders(room, session_id)


def _opened(session: Any, ciphertext: str, content: Mapping[str, Any], room: str) -> Opened | None:
    try:
        with no_panics():
            plaintext, index = session.decrypt(ciphertext)
        inside = loads(plaintext)
    except ValueError as error:  # vodozemac's are ValueErrors
        log.warning("an event does not open", extra={"error": type(error).__name__})
        return None
    if not isinstance(inside, Mapping) or inside.get("room_id") != room:
        return None
    type_, said = inside.get("type"), inside.get("content")
    if not isinstance(type_, str) or not isinstance(said, Mapping):
        return None
    # Relations stand outside, where the homeserver can change them, so one inside counts first.
    # https://spec.matrix.org/v1.17/client-server-api/#mroomencrypted
    relation = {key: content[key] for key in ("m.relates_to",) if key in content}
    return Opened(type_, {**relation, **said}, session.ed25519, session, index)
