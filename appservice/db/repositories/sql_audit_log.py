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
            "INSERT INTO audit_log (idempotency_key, actor, action, target, reason, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (idempotency_key) DO NOTHING",
            act.idempotency_key,
            act.actor,
            act.action,
            act.target,
            act.reason,
            time_to_text(act.at),
        )

    async def all(self, since: datetime | None = None) -> tuple[AuditEntry, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM audit_log WHERE created_at >= ? ORDER BY created_at, id",
            time_to_text(since) if since else "",
        )
        return tuple(
            AuditEntry(
                idempotency_key=row["idempotency_key"],
                actor=row["actor"],
                action=AuditAction(row["action"]),
                target=row["target"],
                reason=row["reason"],
                at=time_from_text(row["created_at"]),
            )
            for row in rows
        )
