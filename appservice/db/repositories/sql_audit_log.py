"""What admins did: rows are added, never changed."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Transaction
from bot.domain.people.audit_log import AdminAct, Deed


class SqlAdminActs:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, act: AdminAct) -> None:
        await self._transaction.run(
            "INSERT INTO admin_acts (cause, admin, deed, about, words, done_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (cause) DO NOTHING",
            act.cause,
            act.by,
            act.deed,
            act.about,
            act.words,
            time_to_text(act.at),
        )

    async def all(self, since: datetime | None = None) -> tuple[AdminAct, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM admin_acts WHERE done_at >= ? ORDER BY done_at, id",
            time_to_text(since) if since else "",
        )
        return tuple(
            AdminAct(
                cause=row["cause"],
                by=row["admin"],
                deed=Deed(row["deed"]),
                about=row["about"],
                words=row["words"],
                at=time_from_text(row["done_at"]),
            )
            for row in rows
        )
