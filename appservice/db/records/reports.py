"""What people report, and what was decided."""

from datetime import datetime

from appservice.db.columns import nullable, time_from_text, time_to_text
from appservice.db.transaction import Row, Transaction
from bot.ids import OfferId, ReportId, UserId
from bot.report import Ground, Outcome, Report, Ruling

_COLUMNS = "id, offer, ground, words, made_at, reporter, name, email, outcome, reasons, decided_at"


class SqlReports:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, report: ReportId) -> Report | None:
        row = await self._transaction.row("SELECT * FROM reports WHERE id = ?", report)
        return _report(row) if row else None

    async def undecided(self, offer: OfferId | None = None) -> tuple[Report, ...]:
        where = "WHERE outcome IS NULL" + (" AND offer = ?" if offer else "")
        rows = await self._transaction.rows(
            f"SELECT * FROM reports {where} ORDER BY made_at, id",  # noqa: S608 - of our own words
            *([offer] if offer else []),
        )
        return tuple(_report(row) for row in rows)

    async def of(self, reporter: UserId) -> tuple[Report, ...]:
        rows = await self._transaction.rows(
            "SELECT * FROM reports WHERE reporter = ? ORDER BY made_at, id", reporter
        )
        return tuple(_report(row) for row in rows)

    async def save(self, report: Report) -> None:
        ruling = report.ruling
        await self._transaction.run(
            f"INSERT INTO reports ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
            " ON CONFLICT (id) DO UPDATE SET reporter = excluded.reporter, name = excluded.name,"
            " email = excluded.email, outcome = excluded.outcome, reasons = excluded.reasons,"
            " decided_at = excluded.decided_at",
            report.id,
            report.offer,
            report.ground,
            report.words,
            time_to_text(report.made_at),
            report.reporter,
            report.name,
            report.email,
            ruling.outcome if ruling else None,
            ruling.reasons if ruling else "",
            nullable(time_to_text, ruling.at if ruling else None),
        )


def _report(row: Row) -> Report:
    at: datetime | None = nullable(time_from_text, row["decided_at"])
    ruling = Ruling(outcome=Outcome(row["outcome"]), reasons=row["reasons"], at=at) if at else None
    return Report(
        id=row["id"],
        offer=row["offer"],
        ground=Ground(row["ground"]),
        words=row["words"],
        made_at=time_from_text(row["made_at"]),
        reporter=row["reporter"],
        name=row["name"],
        email=row["email"],
        ruling=ruling,
    )
