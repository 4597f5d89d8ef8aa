"""What the program keeps for itself."""

from dataclasses import dataclass
from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.group_commit.batched_database import Database
from appservice.db.transaction import Transaction
from bot.crypto.envelope import WrappedKey
from bot.ids import KekId

_SAVE_READ_UNTIL = """
    INSERT INTO process_state (id, payment_events_read_until) VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE SET payment_events_read_until = excluded.payment_events_read_until
"""
_SAVE_SYNC = """
    INSERT INTO process_state (id, sync_token) VALUES (1, ?)
    ON CONFLICT (id) DO UPDATE SET sync_token = excluded.sync_token
"""
_SAVE_KEY = """
    INSERT INTO data_keys (name, kek, nonce, wrapped_key) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE
    SET kek = excluded.kek, nonce = excluded.nonce, wrapped_key = excluded.wrapped_key
"""


class SqlOperations:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def alerted(self, key: str) -> bool:
        row = await self._transaction.row("SELECT key FROM admin_alerts WHERE key = ?", key)
        return row is not None

    async def record_alert(self, key: str) -> None:
        await self._transaction.run(
            "INSERT INTO admin_alerts (key) VALUES (?) ON CONFLICT (key) DO NOTHING", key
        )

    async def payment_events_read_until(self) -> datetime | None:
        row = await self._transaction.row(
            "SELECT payment_events_read_until AS at FROM process_state WHERE id = 1"
        )
        return time_from_text(row["at"]) if row and row["at"] else None

    async def save_payment_events_read(self, until: datetime) -> None:
        await self._transaction.run(_SAVE_READ_UNTIL, time_to_text(until))

    async def data_key(self, name: str) -> WrappedKey | None:
        row = await self._transaction.row("SELECT * FROM data_keys WHERE name = ?", name)
        return WrappedKey(KekId(row["kek"]), row["nonce"], row["wrapped_key"]) if row else None

    async def save_data_key(self, name: str, key: WrappedKey) -> None:
        await self._transaction.run(_SAVE_KEY, name, key.kek, key.nonce, key.ciphertext)


@dataclass(frozen=True, slots=True)
class SyncToken:
    """How far the homeserver's events were read, each time in a unit of work of its own."""

    database: Database

    async def read(self) -> str | None:
        async with self.database.transaction() as transaction:
            row = await transaction.row("SELECT sync_token FROM process_state WHERE id = 1")
        return row["sync_token"] if row else None

    async def write(self, token: str) -> None:
        async with self.database.transaction() as transaction:
            await transaction.run(_SAVE_SYNC, token)
