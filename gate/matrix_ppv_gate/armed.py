"""Who has announced to sell what they send next, and where. Kept in Synapse's database: all workers share it."""

from dataclasses import dataclass

from synapse.module_api import LoggingTransaction, ModuleApi

_TABLE = """
    CREATE TABLE IF NOT EXISTS matrix_ppv_armed (
        room_id TEXT NOT NULL, sender TEXT NOT NULL, until_ms BIGINT NOT NULL, PRIMARY KEY (room_id, sender)
    )
"""


@dataclass(frozen=True, slots=True)
class Armed:
    api: ModuleApi

    async def holds(self, room: str, sender: str, now_ms: int) -> bool:
        def look(txn: LoggingTransaction) -> bool:
            txn.execute(_TABLE)
            txn.execute(
                "SELECT 1 FROM matrix_ppv_armed WHERE room_id = ? AND sender = ? AND until_ms > ?",
                (room, sender, now_ms),
            )
            return txn.fetchone() is not None

        return await self.api.run_db_interaction("matrix_ppv_armed", look)

    async def set(self, room: str, sender: str, until_ms: int) -> None:
        """Until then; a time that has passed takes it back."""

        def write(txn: LoggingTransaction) -> None:
            txn.execute(_TABLE)
            txn.execute(
                "DELETE FROM matrix_ppv_armed WHERE room_id = ? AND sender = ?", (room, sender)
            )
            txn.execute(
                "INSERT INTO matrix_ppv_armed (room_id, sender, until_ms) VALUES (?, ?, ?)",
                (room, sender, until_ms),
            )

        await self.api.run_db_interaction("matrix_ppv_arm", write)
