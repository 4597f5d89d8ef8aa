"""What people report."""

from typing import Protocol

from bot.ids import OfferId, ReportId, UserId
from bot.report import Report


class Reports(Protocol):
    async def get(self, report: ReportId) -> Report | None: ...

    async def undecided(self, offer: OfferId | None = None) -> tuple[Report, ...]:
        """About one offer, or about all; the oldest first."""
        ...

    async def of(self, reporter: UserId) -> tuple[Report, ...]:
        """The oldest first."""
        ...

    async def save(self, report: Report) -> None:
        """Add it, or replace what was known of it."""
        ...
