"""What leaves us encrypted: one Megolm session a room, its key given to every device that is to read it."""

from collections.abc import Iterator, Mapping
from typing import Any

from appservice.matrix.marks import MARK

_OUTSIDE = ("m.relates_to", MARK)
"""Relations, and the mark by which we find our own events again, stay readable for the homeserver."""

Batch = tuple[set[tuple[str, str]], dict[str, Any]]


class Outgoing:
    def __init__(self, olm: Any) -> None:
        self._olm = olm

    def share(self, room: str, readers: set[tuple[str, str]]) -> Iterator[Batch]:
        """Batches of to-device messages, for devices that do not have the room's key yet.

        A device too many, or one that is new, and the room gets a new session: who left cannot
        read on, and who came cannot read back.
        """
        session = self._olm.outbound_group_sessions.get(room)
        if session is not None and (
            session.expired
            or session.users_shared_with - readers
            or (session.shared and readers - session.users_shared_with)
        ):
            del self._olm.outbound_group_sessions[room]
            session = None
        if session is not None and session.shared:
            return
        users = sorted({user for user, _ in readers})
        with self._olm.store.database.atomic():
            batches = list(
                self._olm.share_group_session_parallel(room, users, ignore_unverified_devices=True)
            )
        yield from batches

    def shared(self, room: str, batch: Batch) -> None:
        self._olm.outbound_group_sessions[room].users_shared_with |= batch[0]

    def ready(self, room: str) -> None:
        """Everybody has got it."""
        self._olm.outbound_group_sessions[room].mark_as_shared()

    def encrypt(self, room: str, type_: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content of the `m.room.encrypted` event.

        https://spec.matrix.org/v1.17/client-server-api/#mroomencrypted
        """
        inside = {key: value for key, value in content.items() if key not in _OUTSIDE}
        ciphertext = self._olm.group_encrypt(room, {"type": type_, "content": inside})
        return {**ciphertext, **{key: content[key] for key in _OUTSIDE if key in content}}

    def messages(self) -> list[Any]:
        """To-device messages that nio wants to be sent: greetings over mended sessions, key requests."""
        return list(self._olm.outgoing_to_device_messages)
