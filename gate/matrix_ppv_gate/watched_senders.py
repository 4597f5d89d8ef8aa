"""Senders whose next messages in a room the gate must inspect, in Synapse's database for all workers."""

from enum import Enum
from time import time

from synapse.module_api import LoggingTransaction, ModuleApi

_TABLE = """
    CREATE TABLE IF NOT EXISTS matrix_ppv_watched (
        room_id TEXT NOT NULL, sender TEXT NOT NULL, why TEXT NOT NULL, until_ms BIGINT NOT NULL,
        PRIMARY KEY (room_id, sender, why)
    )
"""
_WROTE_TO_BOT_MS = _MAX_WATCH_MS = 24 * 60 * 60 * 1000
_REFUSED_MS = 10 * 60 * 1000


class WatchReason(Enum):
    """Reasons expire independently."""

    ANNOUNCED = "announced"
    WROTE_TO_BOT = "asked"
    """Wrote to the bot, which is required before a sender is watched in an unencrypted room."""
    MESSAGE_REFUSED = "refused"
    """A message was refused because matrix-ppv did not answer. The client may send it again later."""


class WatchedSenders:
    def __init__(self, api: ModuleApi) -> None:
        self._api = api
        self._created = False

    async def is_watched(self, room: str, sender: str) -> bool:
        """Return whether the sender's messages in the room must be inspected."""
        await self._create_table()

        def query(txn: LoggingTransaction) -> bool:
            txn.execute(
                "SELECT 1 FROM matrix_ppv_watched WHERE room_id = ? AND sender = ? AND until_ms > ?"
                " AND why <> ?",
                (room, sender, _now(), WatchReason.WROTE_TO_BOT.value),
            )
            return txn.fetchone() is not None

        return await self._api.run_db_interaction("matrix_ppv_armed", query)

    async def watch_until(self, room: str, sender: str, until_ms: int) -> None:
        """Watch until that time, at most a day. A time in the past ends it."""
        await self._write(
            room, sender, WatchReason.ANNOUNCED, min(until_ms, _now() + _MAX_WATCH_MS)
        )

    async def record_written_to_bot(self, room: str, sender: str) -> None:
        await self._write(room, sender, WatchReason.WROTE_TO_BOT, _now() + _WROTE_TO_BOT_MS)

    async def has_written_to_bot(self, room: str, sender: str) -> bool:
        await self._create_table()

        def query(txn: LoggingTransaction) -> bool:
            txn.execute(
                "SELECT 1 FROM matrix_ppv_watched WHERE room_id = ? AND sender = ? AND why = ?"
                " AND until_ms > ?",
                (room, sender, WatchReason.WROTE_TO_BOT.value, _now()),
            )
            return txn.fetchone() is not None

        return await self._api.run_db_interaction("matrix_ppv_asked", query)

    async def record_refusal(self, room: str, sender: str) -> None:
        await self._write(room, sender, WatchReason.MESSAGE_REFUSED, _now() + _REFUSED_MS)

    async def _write(self, room: str, sender: str, reason: WatchReason, until_ms: int) -> None:
        await self._create_table()

        def write(txn: LoggingTransaction) -> None:
            txn.execute("DELETE FROM matrix_ppv_watched WHERE until_ms <= ?", (_now(),))
            txn.execute(
                "DELETE FROM matrix_ppv_watched WHERE room_id = ? AND sender = ? AND why = ?",
                (room, sender, reason.value),
            )
            txn.execute(
                "INSERT INTO matrix_ppv_watched (room_id, sender, why, until_ms) VALUES (?, ?, ?, ?)",
                (room, sender, reason.value, until_ms),
            )

        await self._api.run_db_interaction("matrix_ppv_arm", write)

    async def _create_table(self) -> None:
        if not self._created:
            await self._api.run_db_interaction("matrix_ppv_table", lambda txn: txn.execute(_TABLE))
            self._created = True


def _now() -> int:
    return int(time() * 1000)
