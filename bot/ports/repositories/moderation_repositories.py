"""What admins did, whom they shut out, and what was reported to them."""

from datetime import datetime
from typing import Protocol

from bot.domain.people.abuse_report import Report
from bot.domain.people.audit_log import AuditEntry
from bot.ids import OfferId, ReportId, UserId


class AdminActs(Protocol):
    """What admins did. Nothing in it is ever changed."""

    async def add(self, act: AuditEntry) -> None:
        """Nothing happens when its cause has led to an act already."""
        ...

    async def all(self, since: datetime | None = None) -> tuple[AuditEntry, ...]:
        """From then on; the oldest first."""
        ...


class Blocks(Protocol):
    """Whom admins keep out, whatever the settings say of them."""

    async def has(self, user: UserId) -> bool: ...

    async def set(self, user: UserId) -> None: ...

    async def lift(self, user: UserId) -> None: ...

    async def all(self) -> tuple[UserId, ...]: ...


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
