"""What nobody needs any more, in memory."""

from dataclasses import replace
from datetime import datetime

from bot.domain.offers.offer import OfferState
from bot.domain.retention_state import RetentionState
from bot.ids import OfferId, PurchaseId, UserId
from bot.ports.repositories.retention_repositories import LinkBatch, LinkCursor
from tests.support.memory.memory_records import Records

_IDLE = {OfferState.DRAFT, OfferState.DISCARDED, OfferState.WITHDRAWN}
_HEARD = {"transaction", "event", "encrypted", "payment"}


class MemoryLeftovers:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def idle(self, *, after: OfferId | None, limit: int) -> tuple[OfferId, ...]:
        reported = {each.offer for each in self._records.reports.values()}
        found = [
            each.id
            for each in self._records.offers.values()
            if each.state in _IDLE and each.id > (after or "") and each.id not in reported
        ]
        return tuple(sorted(found)[:limit])

    async def idle_since(self, offer: OfferId) -> RetentionState | None:
        return self._records.idle.get(offer)

    async def save_idle(self, offer: OfferId, idle: RetentionState | None) -> None:
        before = self._records.idle.pop(offer, None)
        if before is None or idle is None or not idle.continues(before):
            notices = self._records.notices
            notices -= {each for each in notices if each[0] == offer}
        if idle is not None and offer in self._records.offers:
            self._records.idle[offer] = idle

    async def was_noticed(self, offer: OfferId, user: UserId) -> bool:
        return (offer, user) in self._records.notices

    async def record_notice(self, offer: OfferId, user: UserId) -> None:
        if offer in self._records.idle:
            self._records.notices.add((offer, user))

    async def remove(self, offer: OfferId) -> None:
        for each in [p for p in self._records.purchases.values() if p.offer == offer]:
            assert not each.ever_granted, "what was paid for is never removed"
            self._remove_purchase(each.id)
        for key in [key for key, each in self._records.visits.items() if each.offer == offer]:
            del self._records.visits[key]
        records = self._records
        del records.offers[offer]
        for of_offer in (records.cards_edited, records.encryption_progress, records.idle):
            of_offer.pop(offer, None)
        for posted in [each for each in records.deleted_postings if each[0] == offer]:
            del records.deleted_postings[posted]
        for posting in [each for each in records.status_messages if each[0] == offer]:
            del records.status_messages[posting]
        records.outdated_postings -= {
            each for each in records.outdated_postings if each[0] == offer
        }
        records.notices -= {each for each in records.notices if each[0] == offer}

    async def forget_links(
        self, before: datetime, *, now: datetime, after: LinkCursor | None = None, limit: int
    ) -> LinkBatch:
        old = sorted(
            (each.created_at, each.id, each)
            for each in self._records.purchases.values()
            if each.created_at < before
            and (after is None or (each.created_at, each.id) > (after.created_at, after.purchase))
        )[:limit]
        unused = [
            each.id for *_, each in old if not each.ever_granted and not each.may_be_paid(now)
        ]
        for purchase in unused:
            self._remove_purchase(purchase)
        last = LinkCursor(*old[-1][:2]) if len(old) == limit else None
        return LinkBatch(len(unused), last)

    async def forget_reporters(self, before: datetime) -> int:
        reports = self._records.reports
        found = [
            each
            for each in reports.values()
            if each.decision
            and each.decision.at < before
            and (each.reporter or each.name or each.email)
        ]
        for each in found:
            reports[each.id] = replace(each, reporter=None, name="", email="")
        return len(found)

    async def forget_heard(self, before: datetime, *, limit: int) -> int:
        inbox = self._records.inbox
        old = [key for key, at in inbox.items() if key[0] in _HEARD and at < before][:limit]
        for key in old:
            del inbox[key]
        return len(old)

    def _remove_purchase(self, purchase: PurchaseId) -> None:
        records = self._records
        for claim in [each.id for each in records.claims.values() if each.purchase == purchase]:
            del records.claims[claim]
        for key in [key for key, each in records.visits.items() if each.purchase == purchase]:
            del records.visits[key]
        del records.purchases[purchase]
