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
_TRIES_AGAIN_MS = 10 * 60 * 1000


class Why(Enum):
    """Each lasts as long as it lasts, whatever becomes of the other."""

    ANNOUNCED = "announced"
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
                "SELECT 1 FROM matrix_ppv_watched WHERE room_id = ? AND sender = ? AND until_ms > ?",
                (room, sender, _now()),
            )
            return txn.fetchone() is not None

        return await self._api.run_db_interaction("matrix_ppv_armed", look)

    async def set(self, room: str, sender: str, until_ms: int) -> None:
        """Until then; a time that has passed takes it back."""
        await self._write(room, sender, Why.ANNOUNCED, until_ms)

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
