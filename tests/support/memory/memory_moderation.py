"""What admins did, and whom they keep out, in memory."""

from datetime import datetime

from bot.domain.people.abuse_report import Report
from bot.domain.people.audit_log import AuditEntry
from bot.ids import OfferId, ReportId, UserId
from tests.support.memory.memory_records import Records


class MemoryAdminActs:
    def __init__(self, records: Records) -> None:
        self._acts = records.admin_acts

    async def add(self, act: AuditEntry) -> None:
        self._acts.setdefault(act.idempotency_key, act)

    async def all(self, since: datetime | None = None) -> tuple[AuditEntry, ...]:
        found = [act for act in self._acts.values() if since is None or act.at >= since]
        return tuple(sorted(found, key=lambda act: act.at))


class MemoryBlocks:
    def __init__(self, records: Records) -> None:
        self._blocks = records.blocks

    async def has(self, user: UserId) -> bool:
        return user in self._blocks

    async def set(self, user: UserId) -> None:
        self._blocks.add(user)

    async def lift(self, user: UserId) -> None:
        self._blocks.discard(user)

    async def all(self) -> tuple[UserId, ...]:
        return tuple(sorted(self._blocks))


class MemoryReports:
    def __init__(self, records: Records) -> None:
        self._reports = records.reports

    async def get(self, report: ReportId) -> Report | None:
        return self._reports.get(report)

    async def undecided(self, offer: OfferId | None = None) -> tuple[Report, ...]:
        found = [
            report
            for report in self._reports.values()
            if report.decision is None and offer in {None, report.offer}
        ]
        return tuple(sorted(found, key=lambda report: (report.created_at, report.id)))

    async def of(self, reporter: UserId) -> tuple[Report, ...]:
        found = [each for each in self._reports.values() if each.reporter == reporter]
        return tuple(sorted(found, key=lambda each: (each.created_at, each.id)))

    async def save(self, report: Report) -> None:
        self._reports[report.id] = report
