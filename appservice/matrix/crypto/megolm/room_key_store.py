"""Store the room keys (inbound Megolm sessions) that others have sent, and the messages read with them.

nio keeps one session for each session id. Members of a room know the ids and keys of each other's sessions,
so one of them could send somebody else's session and take its place. Here a session belongs to the device
that sent it. https://spec.matrix.org/v1.17/client-server-api/#mmegolmv1aes-sha2
"""

from collections.abc import Mapping
from typing import Any, Self

import nio.crypto
import peewee

_MAX_SESSIONS_PER_DEVICE = 500
_MAX_SESSIONS = 200_000
_MAX_INDICES_PER_SESSION = 1_000
"""Clients begin a new session after 100 messages."""

_TABLES = (
    """CREATE TABLE IF NOT EXISTS room_keys (
    number INTEGER PRIMARY KEY AUTOINCREMENT, sender_key TEXT NOT NULL, room_id TEXT NOT NULL,
    session_id TEXT NOT NULL, signing_key TEXT NOT NULL, pickle BLOB NOT NULL,
    lowest_index INTEGER NOT NULL DEFAULT 0, UNIQUE (sender_key, room_id, session_id))""",
    "CREATE INDEX IF NOT EXISTS room_keys_by_session ON room_keys (room_id, session_id)",
    """CREATE TABLE IF NOT EXISTS message_indices (
    session INTEGER NOT NULL REFERENCES room_keys (number) ON DELETE CASCADE,
    message_index INTEGER NOT NULL, event_id TEXT NOT NULL,
    PRIMARY KEY (session, message_index)) WITHOUT ROWID""",
    # Sessions of earlier versions, which nio stored: only the first sender of a session id.
    """INSERT OR IGNORE INTO room_keys (sender_key, room_id, session_id, signing_key, pickle)
    SELECT sender_key, room_id, session_id, fp_key, session FROM megolminboundsessions""",
    "DELETE FROM megolminboundsessions",
)


class RoomKeys:
    """Inbound Megolm sessions by room, device and session id, in the database of one device of the bot.

    The number of sessions of a device, of all sessions and of the messages of a session is bounded; the
    oldest go first. A message whose index was dropped counts as read.
    """

    def __init__(self, database: peewee.SqliteDatabase, pickle_key: str) -> None:
        self._database = database
        self._pickle_key = pickle_key

    @classmethod
    def open(cls, database: peewee.SqliteDatabase, pickle_key: str) -> Self:
        """Create the tables where they are missing."""
        with database.atomic():
            for statement in _TABLES:
                database.execute_sql(statement)
        return cls(database, pickle_key)

    def senders(self, room: str, session_id: str) -> set[str]:
        """Return the Curve25519 keys of all devices that have sent a session with this id."""
        rows = self._rows(
            "SELECT sender_key FROM room_keys WHERE room_id = ? AND session_id = ?",
            room,
            session_id,
        )
        return {str(row[0]) for row in rows}

    def find(self, room: str, sender_key: str, session_id: str) -> Any:
        """Return nio's session, or None."""
        rows = self._rows(
            "SELECT pickle, signing_key FROM room_keys"
            " WHERE sender_key = ? AND room_id = ? AND session_id = ?",
            sender_key,
            room,
            session_id,
        )
        return self._unpickle(room, sender_key, *rows[0]) if rows else None

    def add(self, session: Any) -> bool:
        """Store a session. Return False if the device has sent it before with an index as low.

        A device may replace its session by one that opens earlier messages too, and by nothing else.
        """
        room, sender_key = session.room_id, session.sender_key
        known = self.find(room, sender_key, session.id)
        if known is not None and known.first_known_index <= session.first_known_index:
            return False
        with self._database.atomic():
            self._run(
                "INSERT INTO room_keys (sender_key, room_id, session_id, signing_key, pickle)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (sender_key, room_id, session_id)"
                " DO UPDATE SET signing_key = excluded.signing_key, pickle = excluded.pickle",
                sender_key,
                room,
                session.id,
                session.ed25519,
                session.pickle(self._pickle_key),
            )
            self._run(
                "DELETE FROM room_keys WHERE sender_key = ? AND number NOT IN"
                " (SELECT number FROM room_keys WHERE sender_key = ? ORDER BY number DESC LIMIT ?)",
                sender_key,
                sender_key,
                _MAX_SESSIONS_PER_DEVICE,
            )
            self._run(
                "DELETE FROM room_keys WHERE number <= (SELECT max(number) FROM room_keys) - ?",
                _MAX_SESSIONS,
            )
        return True

    def is_first_use(self, session: Any, index: int, event: Mapping[str, Any]) -> bool:
        """Return whether no other event was read at this index of the session, and remember the event.

        https://spec.matrix.org/v1.17/client-server-api/#mmegolmv1aes-sha2 (replay attacks)
        """
        event_id = str(event.get("event_id"))
        with self._database.atomic():
            number, reader = self._event_at(session, index)
            if reader is not None:
                return reader == event_id
            self._run("INSERT INTO message_indices VALUES (?, ?, ?)", number, index, event_id)
            self._drop_lowest_indices(number)
        return True

    def is_unread(self, session: Any, index: int) -> bool:
        """Return whether no event was read at this index of the session yet."""
        return self._event_at(session, index)[1] is None

    def _event_at(self, session: Any, index: int) -> tuple[int, str | None]:
        """Return the number of the session, and the id of the event read at that index: "" if it was dropped."""
        ((number, lowest),) = self._rows(
            "SELECT number, lowest_index FROM room_keys"
            " WHERE sender_key = ? AND room_id = ? AND session_id = ?",
            session.sender_key,
            session.room_id,
            session.id,
        )
        known = self._rows(
            "SELECT event_id FROM message_indices WHERE session = ? AND message_index = ?",
            number,
            index,
        )
        if known:
            return number, str(known[0][0])
        return number, "" if index < lowest else None

    def _drop_lowest_indices(self, number: int) -> None:
        dropped = self._rows(
            "SELECT message_index FROM message_indices WHERE session = ?"
            " ORDER BY message_index DESC LIMIT 1 OFFSET ?",
            number,
            _MAX_INDICES_PER_SESSION,
        )
        if dropped:
            highest = dropped[0][0]
            self._run(
                "DELETE FROM message_indices WHERE session = ? AND message_index <= ?",
                number,
                highest,
            )
            self._run("UPDATE room_keys SET lowest_index = ? WHERE number = ?", highest + 1, number)

    def _unpickle(self, room: str, sender_key: str, pickle: bytes | str, signing_key: str) -> Any:
        stored = pickle.encode() if isinstance(pickle, str) else bytes(pickle)
        return nio.crypto.InboundGroupSession.from_pickle(
            stored, signing_key, sender_key, room, self._pickle_key
        )

    def _rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        return list(self._database.execute_sql(statement, values).fetchall())

    def _run(self, statement: str, *values: object) -> None:
        self._database.execute_sql(statement, values)
