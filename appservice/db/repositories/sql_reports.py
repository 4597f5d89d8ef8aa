"""What people report, and what was decided."""

from datetime import datetime

from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.transaction import Row, Transaction
from bot.domain.people.abuse_report import Decision, Outcome, Report, ReportCategory
from bot.ids import OfferId, ReportId, UserId

_COLUMNS = "id, offer, category, description, created_at, reporter_id, name, email, outcome, reason, decided_at"
_BOUND_TO = {
    "description": "reports.words",
    "name": "reports.name",
    "email": "reports.email",
    "reason": "reports.reasons",
}
"""What values are encrypted for: the names that the table and its columns had at first."""


class SqlReports:
    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher

    async def get(self, report: ReportId) -> Report | None:
        row = await self._transaction.row("SELECT * FROM abuse_reports WHERE id = ?", report)
        return self._report(row) if row else None

    async def undecided(self, offer: OfferId | None = None) -> tuple[Report, ...]:
        where = "WHERE outcome IS NULL" + (" AND offer = ?" if offer else "")
        rows = await self._transaction.rows(
            f"SELECT * FROM abuse_reports {where} ORDER BY created_at, id",  # noqa: S608 - of our own words
            *([offer] if offer else []),
        )
        return tuple(self._report(row) for row in rows)

    async def of(self, reporter: UserId) -> tuple[Report, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM abuse_reports WHERE reporter_id = ? ORDER BY created_at, id", reporter
        )
        return tuple(self._report(row) for row in rows)

    async def save(self, report: Report) -> None:
        ruling = report.decision

        def encrypted(column: str, text: str) -> str:
            return self._cipher.encrypt(text, _BOUND_TO[column], report.id)

        await self._transaction.run(
            f"INSERT INTO abuse_reports ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
            " ON CONFLICT (id) DO UPDATE SET reporter_id = excluded.reporter_id, name = excluded.name,"
            " email = excluded.email, outcome = excluded.outcome, reason = excluded.reason,"
            " decided_at = excluded.decided_at",
            report.id,
            report.offer,
            report.category,
            encrypted("description", report.description),
            time_to_text(report.created_at),
            report.reporter,
            encrypted("name", report.name),
            encrypted("email", report.email),
            ruling.outcome if ruling else None,
            encrypted("reason", ruling.reason if ruling else ""),
            nullable(time_to_text, ruling.at if ruling else None),
        )

    def _report(self, row: Row) -> Report:
        def decrypted(column: str) -> str:
            return self._cipher.decrypt(row[column], _BOUND_TO[column], row["id"])

        at: datetime | None = nullable(time_from_text, row["decided_at"])
        ruling = None
        if at:
            ruling = Decision(outcome=Outcome(row["outcome"]), reason=decrypted("reason"), at=at)
        return Report(
            id=row["id"],
            offer=row["offer"],
            category=ReportCategory(row["category"]),
            description=decrypted("description"),
            created_at=time_from_text(row["created_at"]),
            reporter=row["reporter_id"],
            name=decrypted("name"),
            email=decrypted("email"),
            decision=ruling,
        )
