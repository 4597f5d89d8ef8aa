"""What people report, and what was decided."""

from datetime import datetime

from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.field_cipher import FieldCipher
from appservice.db.transaction import Row, Transaction
from bot.domain.people.abuse_report import Decision, Outcome, Report, ReportCategory
from bot.ids import OfferId, ReportId, UserId

_COLUMNS = "id, offer, ground, words, made_at, reporter, name, email, outcome, reasons, decided_at"


class SqlReports:
    def __init__(self, transaction: Transaction, cipher: FieldCipher) -> None:
        self._transaction = transaction
        self._cipher = cipher

    async def get(self, report: ReportId) -> Report | None:
        row = await self._transaction.row("SELECT * FROM reports WHERE id = ?", report)
        return self._report(row) if row else None

    async def undecided(self, offer: OfferId | None = None) -> tuple[Report, ...]:
        where = "WHERE outcome IS NULL" + (" AND offer = ?" if offer else "")
        rows = await self._transaction.rows(
            f"SELECT * FROM reports {where} ORDER BY made_at, id",  # noqa: S608 - of our own words
            *([offer] if offer else []),
        )
        return tuple(self._report(row) for row in rows)

    async def of(self, reporter: UserId) -> tuple[Report, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM reports WHERE reporter = ? ORDER BY made_at, id", reporter
        )
        return tuple(self._report(row) for row in rows)

    async def save(self, report: Report) -> None:
        ruling = report.decision

        def encrypted(column: str, text: str) -> str:
            return self._cipher.encrypt(text, f"reports.{column}", report.id)

        await self._transaction.run(
            f"INSERT INTO reports ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
            " ON CONFLICT (id) DO UPDATE SET reporter = excluded.reporter, name = excluded.name,"
            " email = excluded.email, outcome = excluded.outcome, reasons = excluded.reasons,"
            " decided_at = excluded.decided_at",
            report.id,
            report.offer,
            report.category,
            encrypted("words", report.description),
            time_to_text(report.created_at),
            report.reporter,
            encrypted("name", report.name),
            encrypted("email", report.email),
            ruling.outcome if ruling else None,
            encrypted("reasons", ruling.reason if ruling else ""),
            nullable(time_to_text, ruling.at if ruling else None),
        )

    def _report(self, row: Row) -> Report:
        def decrypted(column: str) -> str:
            return self._cipher.decrypt(row[column], f"reports.{column}", row["id"])

        at: datetime | None = nullable(time_from_text, row["decided_at"])
        ruling = None
        if at:
            ruling = Decision(outcome=Outcome(row["outcome"]), reason=decrypted("reasons"), at=at)
        return Report(
            id=row["id"],
            offer=row["offer"],
            category=ReportCategory(row["ground"]),
            description=decrypted("words"),
            created_at=time_from_text(row["made_at"]),
            reporter=row["reporter"],
            name=decrypted("name"),
            email=decrypted("email"),
            decision=ruling,
        )
