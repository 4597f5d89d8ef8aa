"""Browsers that were here, and what they claim, in memory."""

from datetime import datetime

from bot.domain.people.access_log import AccessLogEntry
from bot.domain.purchases.download_session import DownloadSession
from bot.ids import (
    ClaimId,
    PurchaseId,
    UserId,
)
from tests.support.memory.memory_records import Records


class MemoryVisits:
    def __init__(self, records: Records) -> None:
        self._visits = records.visits

    async def note(self, visit: AccessLogEntry) -> None:
        minute = visit.at.replace(second=0, microsecond=0)
        self._visits.setdefault((visit.offer, visit.kind, visit.purchase, minute), visit)

    async def of(self, purchase: PurchaseId) -> tuple[AccessLogEntry, ...]:
        found = [visit for visit in self._visits.values() if visit.purchase == purchase]
        return tuple(sorted(found, key=lambda visit: (visit.at, visit.kind)))

    async def forget(self, before: datetime, *, limit: int) -> int:
        old = [key for key, visit in self._visits.items() if visit.at < before][:limit]
        for key in old:
            del self._visits[key]
        return len(old)


class MemoryClaims:
    def __init__(self, records: Records) -> None:
        self._claims, self._purchases = records.claims, records.purchases

    async def get(self, claim: ClaimId) -> DownloadSession | None:
        return self._claims.get(claim)

    async def with_code(self, buyer: UserId, code: str) -> tuple[DownloadSession, ...]:
        found = [c for c in self._claims.values() if c.user_code == code and self._is_of(c, buyer)]
        return tuple(sorted(found, key=lambda each: (each.created_at, each.id)))

    async def of(self, buyer: UserId) -> tuple[DownloadSession, ...]:
        found = [each for each in self._claims.values() if self._is_of(each, buyer)]
        return tuple(sorted(found, key=lambda each: (each.created_at, each.id)))

    async def save(self, claim: DownloadSession) -> None:
        self._claims[claim.id] = claim

    async def forget(self, *, buyer: UserId | None = None, before: datetime | None = None) -> None:
        for claim in list(self._claims.values()):
            if (buyer and self._is_of(claim, buyer)) or (before and claim.created_at < before):
                del self._claims[claim.id]

    def _is_of(self, claim: DownloadSession, buyer: UserId) -> bool:
        return self._purchases[claim.purchase].buyer == buyer
