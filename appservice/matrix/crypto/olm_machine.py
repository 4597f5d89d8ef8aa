"""nio's Olm machine, with bounds on the sessions that other users' devices can make it store."""

from typing import Any

import nio.crypto

from appservice.matrix.crypto.megolm.room_key_store import RoomKeys

_MAX_OLM_SESSIONS_PER_DEVICE = 20
"""A device starts a new session whenever the last one is broken."""


class OlmMachine(nio.crypto.Olm):  # type: ignore[misc]
    """Stores received room keys in `room_keys`, but neither the bot's own nor forwarded ones."""

    @property
    def room_keys(self) -> RoomKeys:
        keys: RoomKeys = self.store.room_keys
        return keys

    def create_group_session(
        self, sender_key: str, sender_fp_key: str, room_id: str, session_id: str, session_key: str
    ) -> None:
        """Store a room key received by an Olm message from the device with these keys."""
        session = nio.crypto.InboundGroupSession(session_key, sender_fp_key, sender_key, room_id)
        if session.id == session_id:
            self.room_keys.add(session)

    def create_outbound_group_session(self, room_id: str) -> None:
        """Store no inbound session, because the bot never reads its own messages."""
        self.outbound_group_sessions[room_id] = nio.crypto.OutboundGroupSession()

    def _handle_forwarded_room_key_event(self, *_: Any) -> None:
        """Ignore forwarded keys, because the forwarder can claim any device as their origin."""

    def save_session(self, curve_key: str, session: Any) -> None:
        super().save_session(curve_key, session)
        sessions = self.session_store[curve_key]
        for surplus in sorted(sessions, key=lambda each: each.use_time, reverse=True)[
            _MAX_OLM_SESSIONS_PER_DEVICE:
        ]:
            sessions.remove(surplus)
            self.store.forget_session(surplus.id)
