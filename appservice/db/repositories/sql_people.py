"""What is remembered of a person besides what they sell and buy."""

import json
from datetime import datetime

from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.repositories.erasure import erase
from appservice.db.transaction import Transaction
from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.people.cross_signing import Identity
from bot.ids import EventId, UserId
from bot.ports.repositories.person_repositories import DataExport

_SAVE_LANGUAGE = """
    INSERT INTO preferences (user_id, language) VALUES (?, ?)
    ON CONFLICT (user_id) DO UPDATE SET language = excluded.language
"""
_SAVE_TIME_ZONE = """
    INSERT INTO preferences (user_id, time_zone) VALUES (?, ?)
    ON CONFLICT (user_id) DO UPDATE SET time_zone = excluded.time_zone
"""
_TURN_AWAY = "INSERT INTO turned_away_users (user_id) VALUES (?) ON CONFLICT (user_id) DO NOTHING"
_REFUSE = """
    INSERT INTO refused_commands (event_id, room_id, user_id) VALUES (?, ?, ?)
    ON CONFLICT (event_id, room_id, user_id) DO UPDATE SET edit_id = NULL
"""
_CORRECT = """
    UPDATE refused_commands SET edit_id = ?
    WHERE event_id = ? AND room_id = ? AND user_id = ? AND (edit_id IS NULL OR edit_id = ?) RETURNING event_id
"""
_REQUEST_ERASURE = """
    INSERT INTO erasure_requests (user_id, requested_at) VALUES (?, ?)
    ON CONFLICT (user_id) DO UPDATE SET requested_at = excluded.requested_at
"""
_SAVE_EXPORT = """
    INSERT INTO data_exports (user_id, exported_at, cause) VALUES (?, ?, ?)
    ON CONFLICT (user_id) DO UPDATE SET exported_at = excluded.exported_at, cause = excluded.cause
"""


class SqlPeople:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def language(self, user: UserId) -> str | None:
        row = await self._transaction.row(
            "SELECT language FROM preferences WHERE user_id = ?", user
        )
        return nullable(str, row["language"]) if row else None

    async def save_language(self, user: UserId, code: str) -> None:
        await self._transaction.run(_SAVE_LANGUAGE, user, code)

    async def time_zone(self, user: UserId) -> str | None:
        row = await self._transaction.row(
            "SELECT time_zone FROM preferences WHERE user_id = ?", user
        )
        return nullable(str, row["time_zone"]) if row else None

    async def save_time_zone(self, user: UserId, zone: str) -> None:
        await self._transaction.run(_SAVE_TIME_ZONE, user, zone)

    async def was_turned_away(self, user: UserId) -> bool:
        row = await self._transaction.row(
            "SELECT user_id FROM turned_away_users WHERE user_id = ?", user
        )
        return row is not None

    async def record_turned_away(self, user: UserId) -> None:
        await self._transaction.run(_TURN_AWAY, user)

    async def record_refused_command(self, command: EventMeta) -> None:
        await self._transaction.run(_REFUSE, command.event, command.room, command.sender)

    async def correct_command(self, command: EventMeta, edit: EventId) -> bool:
        where = (command.event, command.room, command.sender)
        return await self._transaction.row(_CORRECT, edit, *where, edit) is not None

    async def erasure_requested_at(self, user: UserId) -> datetime | None:
        row = await self._transaction.row(
            "SELECT requested_at FROM erasure_requests WHERE user_id = ?", user
        )
        return time_from_text(row["requested_at"]) if row else None

    async def request_erasure(self, user: UserId, at: datetime) -> None:
        await self._transaction.run(_REQUEST_ERASURE, user, time_to_text(at))

    async def last_export(self, user: UserId) -> DataExport | None:
        row = await self._transaction.row("SELECT * FROM data_exports WHERE user_id = ?", user)
        return DataExport(time_from_text(row["exported_at"]), row["cause"]) if row else None

    async def save_export(self, user: UserId, export: DataExport) -> None:
        at = time_to_text(export.exported_at)
        await self._transaction.run(_SAVE_EXPORT, user, at, export.cause)

    async def identity(self, user: UserId) -> Identity | None:
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

    async def save_identity(self, identity: Identity) -> None:
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

    async def erase(self, user: UserId) -> None:
        await erase(self._transaction, user)
