"""Who has announced to sell what they send next, and where. Kept in Synapse's database: all workers share it."""

from enum import Enum
from time import time

from synapse.module_api import LoggingTransaction, ModuleApi

_TABLE = """
    CREATE TABLE IF NOT EXISTS matrix_ppv_watched (
        room_id TEXT NOT NULL, sender TEXT NOT NULL, why TEXT NOT NULL, until_ms BIGINT NOT NULL,
        PRIMARY KEY (room_id, sender, why)
    )
"""
_ASKED_MS = _LONGEST_MS = 24 * 60 * 60 * 1000
_TRIES_AGAIN_MS = 10 * 60 * 1000


class Why(Enum):
    """Each lasts as long as it lasts, whatever becomes of the other."""

    ANNOUNCED = "announced"
    ASKED = "asked"
    """They have written to the bot: only who has may be armed in a room that is not encrypted."""
    REFUSED = "refused"
    """What was sent while matrix-ppv did not answer is sent again, perhaps when nobody listens any more."""


class Armed:
    def __init__(self, api: ModuleApi) -> None:
        self._api = api
        self._there = False

    async def holds(self, room: str, sender: str) -> bool:
        """Whether anything that they send there is to be looked at."""
        await self._make_table()

        def look(txn: LoggingTransaction) -> bool:
            txn.execute(
                "SELECT 1 FROM matrix_ppv_watched WHERE room_id = ? AND sender = ? AND until_ms > ?"
                " AND why <> ?",
                (room, sender, _now(), Why.ASKED.value),
            )
            return txn.fetchone() is not None

        return await self._api.run_db_interaction("matrix_ppv_armed", look)

    async def set(self, room: str, sender: str, until_ms: int) -> None:
        """Until then, a day at most; a time that has passed takes it back."""
        await self._write(room, sender, Why.ANNOUNCED, min(until_ms, _now() + _LONGEST_MS))

    async def asked(self, room: str, sender: str) -> None:
        await self._write(room, sender, Why.ASKED, _now() + _ASKED_MS)

    async def has_asked(self, room: str, sender: str) -> bool:
        await self._make_table()

        def look(txn: LoggingTransaction) -> bool:
            txn.execute(
                "SELECT 1 FROM matrix_ppv_watched WHERE room_id = ? AND sender = ? AND why = ?"
                " AND until_ms > ?",
                (room, sender, Why.ASKED.value, _now()),
            )
            return txn.fetchone() is not None

        return await self._api.run_db_interaction("matrix_ppv_asked", look)

    async def refused(self, room: str, sender: str) -> None:
        await self._write(room, sender, Why.REFUSED, _now() + _TRIES_AGAIN_MS)

    async def _write(self, room: str, sender: str, why: Why, until_ms: int) -> None:
        await self._make_table()

        def write(txn: LoggingTransaction) -> None:
            txn.execute("DELETE FROM matrix_ppv_watched WHERE until_ms <= ?", (_now(),))
            txn.execute(
                "DELETE FROM matrix_ppv_watched WHERE room_id = ? AND sender = ? AND why = ?",
                (room, sender, why.value),
            )
            txn.execute(
                "INSERT INTO matrix_ppv_watched (room_id, sender, why, until_ms) VALUES (?, ?, ?, ?)",
                (room, sender, why.value, until_ms),
            )

        await self._api.run_db_interaction("matrix_ppv_arm", write)

    async def _make_table(self) -> None:
        if not self._there:
            await self._api.run_db_interaction("matrix_ppv_table", lambda txn: txn.execute(_TABLE))
            self._there = True


def _now() -> int:
    return int(time() * 1000)
