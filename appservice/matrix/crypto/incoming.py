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
from appservice.matrix.crypto.panics import no_panics
from appservice.matrix.fields import section, text

MEGOLM = "m.megolm.v1.aes-sha2"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """An event's inside, the key of the device that wrote it, and where in its session it stands."""

    type: str
    content: Mapping[str, Any]
    author_key: str
    session: str
    index: int


@dataclass(frozen=True, slots=True)
class _Message:
    """As much of an event as nio looks at to tell a replay."""

    sender_key: str
    session_id: str
    event_id: str
    server_timestamp: object


class Incoming:
    def __init__(self, olm: Any) -> None:
        self._olm = olm
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
        try:
            event = nio.ToDeviceEvent.parse_event(copy.deepcopy(dict(raw)))
            with no_panics():
                inner = self._olm.handle_to_device_event(event)
        except Exception as error:  # noqa: BLE001 - anybody may send anything; keys never go into the log
            log.warning("unusable key message", extra={"error": type(error).__name__})
            self.unusable.append((text(raw, "sender") or "", error))
            with suppress(Exception):
                self._mend_session_with(raw)
            return set()
        session = getattr(inner, "session_id", None)
        return {session} if isinstance(session, str) else set()

    def _mend_session_with(self, raw: Mapping[str, Any]) -> None:
        """nio does so itself where it foresaw the failure; a one-time key that we lost, it did not."""
        sender, key = text(raw, "sender"), text(section(raw, "content"), "sender_key")
        if sender and key:
            self._olm._mark_device_for_unwedging(sender, key)

    def open(self, event: Mapping[str, Any]) -> Opened | None:
        """None without its key, or for what is no event of ours to open. Never raises."""
        opened = self.look_into(event)
        if opened is None:
            return None
        message = _Message(
            opened.author_key,
            opened.session,
            str(event.get("event_id")),
            event.get("origin_server_ts"),
        )
        if not self._olm.message_index_ok(opened.index, message):
            log.warning("an event is another one's ciphertext", extra={"room": event["room_id"]})
            return None
        return opened

    def look_into(self, event: Mapping[str, Any]) -> Opened | None:
        """The same of an event that may never come: it is not remembered as the one with its index."""
        content = section(event, "content")
        room, session_id = text(event, "room_id") or "", text(content, "session_id") or ""
        ciphertext = text(content, "ciphertext")
        session = self._session(room, session_id)
        if content.get("algorithm") != MEGOLM or session is None or ciphertext is None:
            return None
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
        # https://spec.matrix.org/v1.17/client-server-api/#mroomencrypted: relations stand outside.
        relation = {key: content[key] for key in ("m.relates_to",) if key in content}
        return Opened(type_, {**said, **relation}, session.sender_key, session_id, index)

    def _session(self, room: str, session_id: str) -> Any:
        """The sender's key in the event is a hint that newer clients leave out; the id is enough."""
        for sessions in self._olm.inbound_group_store[room].values():
            if session_id in sessions:
                return sessions[session_id]
        return None
