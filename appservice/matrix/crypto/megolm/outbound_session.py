"""Outbound Megolm sessions: one per room, shared with every device that may read it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from appservice.matrix.content.event_size import json_of
from appservice.matrix.event_keys import MARK

MEGOLM = "m.megolm.v1.aes-sha2"

_CLEARTEXT_KEYS = ("m.relates_to", MARK)
"""Relations, and the mark by which the bot finds its own events, stay unencrypted."""

_DEVICES_PER_REQUEST = 20

Batch = tuple[set[tuple[str, str]], dict[str, Any]]


class OutboundSessions:
    def __init__(self, olm: Any) -> None:
        self._olm = olm

    def share(self, room: str, readers: Sequence[Any]) -> Iterator[Batch]:
        """Yield batches of to-device messages for devices that do not have the room's key yet.

        If a device left or joined, the room gets a new session, so that it can read neither later nor earlier
        messages. nio itself would share with every device of a member.
        """
        ids = {(device.user_id, device.id) for device in readers}
        session = self._olm.outbound_group_sessions.get(room)
        if session is not None and (
            session.expired
            or session.users_shared_with - ids
            or (session.shared and ids - session.users_shared_with)
        ):
            session = None
        if session is not None and session.shared:
            return
        if session is None:
            self._olm.create_outbound_group_session(room)
            session = self._olm.outbound_group_sessions[room]
        key = {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": session.id,
            "session_key": session.session_key,
        }
        missing = [d for d in readers if (d.user_id, d.id) not in session.users_shared_with]
        for start in range(0, len(missing), _DEVICES_PER_REQUEST):
            yield self._encrypted_for(missing[start : start + _DEVICES_PER_REQUEST], key)

    def _encrypted_for(self, devices: Sequence[Any], key: Mapping[str, Any]) -> Batch:
        messages: dict[str, dict[str, Any]] = {}
        with self._olm.store.database.atomic():
            for device in devices:
                olm_session = self._olm.session_store.get(device.curve25519)
                message = self._olm._olm_encrypt(olm_session, device, "m.room_key", key)
                messages.setdefault(device.user_id, {})[device.id] = message
        return {(device.user_id, device.id) for device in devices}, messages

    def withheld(self, room: str, devices: Sequence[Any]) -> dict[str, Any]:
        """Return messages that tell devices, once per session, why they cannot read it.

        https://spec.matrix.org/v1.17/client-server-api/#reporting-that-decryption-keys-are-withheld
        """
        session = self._olm.outbound_group_sessions[room]
        messages: dict[str, dict[str, Any]] = {}
        for device in devices:
            if (device.user_id, device.id) in session.users_ignored:
                continue
            session.users_ignored.add((device.user_id, device.id))
            messages.setdefault(device.user_id, {})[device.id] = {
                "algorithm": MEGOLM,
                "room_id": room,
                "session_id": session.id,
                "sender_key": self._olm.account.identity_keys["curve25519"],
                "code": "m.unverified",
                "reason": "This device is not verified by its owner.",
            }
        return messages

    def mark_shared_with(self, room: str, batch: Batch) -> None:
        self._olm.outbound_group_sessions[room].users_shared_with |= batch[0]

    def mark_shared(self, room: str) -> None:
        """Record that all readers have the key."""
        self._olm.outbound_group_sessions[room].mark_as_shared()

    def encrypt(self, room: str, type_: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the content of the `m.room.encrypted` event.

        https://spec.matrix.org/v1.17/client-server-api/#mroomencrypted
        """
        inside = {key: value for key, value in content.items() if key not in _CLEARTEXT_KEYS}
        session = self._olm.outbound_group_sessions[room]
        plaintext = {"type": type_, "content": inside, "room_id": room}
        return {
            "algorithm": MEGOLM,
            "sender_key": self._olm.account.identity_keys["curve25519"],
            # Not by nio's `group_encrypt`, because that escapes an emoji as 12 bytes.
            "ciphertext": session.encrypt(json_of(plaintext)),
            "session_id": session.id,
            "device_id": self._olm.device_id,
            **{key: content[key] for key in _CLEARTEXT_KEYS if key in content},
        }

    def messages(self) -> list[Any]:
        """Return the to-device messages that nio wants to send: for repaired sessions, key requests."""
        return list(self._olm.outgoing_to_device_messages)
