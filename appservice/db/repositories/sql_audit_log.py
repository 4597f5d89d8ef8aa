"""What admins did: rows are added, never changed."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Transaction
from bot.domain.people.audit_log import AuditAction, AuditEntry


class SqlAdminActs:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, act: AuditEntry) -> None:
        await self._transaction.run(
            "INSERT INTO admin_acts (cause, admin, deed, about, words, done_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (cause) DO NOTHING",
            act.idempotency_key,
            act.actor,
            act.action,
            act.target,
            act.reason,
            time_to_text(act.at),
        )

    async def all(self, since: datetime | None = None) -> tuple[AuditEntry, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM admin_acts WHERE done_at >= ? ORDER BY done_at, id",
            time_to_text(since) if since else "",
        )
        return tuple(
            AuditEntry(
                idempotency_key=row["cause"],
                actor=row["admin"],
                action=AuditAction(row["deed"]),
                target=row["about"],
                reason=row["words"],
                at=time_from_text(row["done_at"]),
            )
            for row in rows
        )
