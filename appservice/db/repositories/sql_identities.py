"""The cross-signing identities of people."""

import json
from datetime import datetime

from appservice.db.transaction import Transaction
from bot.domain.people.cross_signing import Identity
from bot.ids import UserId


class SqlIdentities:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of(self, user: UserId) -> Identity | None:
        row = await self._transaction.row("SELECT * FROM identities WHERE user_id = ?", user)
        if row is None:
            return None
        return Identity(
            user=UserId(row["user_id"]),
            trusted=row["trusted"],
            devices=frozenset(json.loads(row["devices"])),
            shown=row["shown"],
            changed_at=datetime.fromisoformat(row["changed_at"]) if row["changed_at"] else None,
        )

    async def save(self, identity: Identity) -> None:
        await self._transaction.run(
            "INSERT INTO identities (user_id, trusted, devices, shown, changed_at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET trusted = excluded.trusted,"
            " devices = excluded.devices, shown = excluded.shown, changed_at = excluded.changed_at",
            identity.user,
            identity.trusted,
            json.dumps(sorted(identity.devices)),
            identity.shown,
            identity.changed_at.isoformat() if identity.changed_at else None,
        )
