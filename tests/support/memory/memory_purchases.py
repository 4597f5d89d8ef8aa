"""Purchases, sales and the ledger, in memory."""

from dataclasses import replace
from datetime import datetime

from appservice.db.repositories.optimistic_lock import Versions
from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.money.payment import PaymentMismatch
from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.offers.offer_stats import FunnelDay, OfferStats
from bot.domain.people.access_log import AccessKind
from bot.domain.purchases.ledger import LedgerEntry
from bot.domain.purchases.purchase import Purchase
from bot.errors import OperatorError
from bot.ids import (
    CheckoutSessionId,
    LinkToken,
    OfferId,
    PaymentIntentId,
    PurchaseId,
    SaleCode,
    UserId,
    sale_code_of,
)
from tests.support.memory.memory_duplicates import twins
from tests.support.memory.memory_records import Records


class MemorySales:
    def __init__(self, records: Records) -> None:
        self._records = records
        self._purchases = records.purchases

    async def by_code(self, code: SaleCode) -> Purchase | None:
        found = [p for p in self._purchases.values() if sale_code_of(p.id) == code]
        return found[0] if len(found) == 1 else None

    async def of(self, offer: OfferId) -> tuple[Purchase, ...]:
        found = [p for p in self._purchases.values() if p.offer == offer]
        return tuple(sorted(found, key=lambda each: each.id))

    async def figures(self, seller: UserId) -> tuple[OfferStats, ...]:
        published = [
            offer
            for offer in self._records.offers.values()
            if offer.seller == seller
            and offer.state
            in {
                OfferState.OPEN,
                OfferState.WITHDRAWN,
                OfferState.TAKEN_DOWN,
            }
        ]
        published.sort(key=lambda offer: offer.id)
        published.sort(key=lambda offer: offer.created_at, reverse=True)
        return tuple([await self._figures(offer) for offer in published])

    async def _figures(self, offer: Offer) -> OfferStats:
        purchases = await self.of(offer.id)
        pages = {AccessKind.OFFER_PAGE, AccessKind.PERSONAL_PAGE}
        return OfferStats(
            offer=offer.id,
            text=offer.text,
            page_views=sum(
                visit.offer == offer.id and visit.kind in pages
                for visit in self._records.visits.values()
            ),
            checkouts=sum(bool(a.session) for p in purchases for a in p.attempts),
            paid=sum(not each.duplicate for p in purchases for each in p.payments),
            delivered=sum(any(d.done_at for d in p.deliveries) for p in purchases),
        )

    async def passages(self, seller: UserId, since: datetime) -> tuple[FunnelDay, ...]:
        buckets: dict[tuple[datetime, str], list[int]] = {}
        for purchase in self._purchases.values():
            offer = self._records.offers[purchase.offer]
            opened = [
                visit.at
                for visit in self._records.visits.values()
                if (visit.purchase, visit.kind) == (purchase.id, AccessKind.PERSONAL_PAGE)
            ]
            checkout = any(each.session for each in purchase.attempts)
            currencies = sorted(each.amount.currency for each in purchase.payments)
            currencies += [offer.price.currency] if offer.price else []
            first = min(opened, default=purchase.created_at)
            if (
                offer.seller != seller
                or first < since
                or not (opened or checkout)
                or not currencies
            ):
                continue
            paid = any(not each.duplicate for each in purchase.payments)
            handed = any(each.done_at for each in purchase.deliveries)
            bucket = first.replace(minute=first.minute // 5 * 5, second=0, microsecond=0)
            steps = buckets.setdefault((bucket, currencies[0]), [0, 0, 0, 0])
            for step, taken in enumerate((True, checkout, paid, paid and handed)):
                steps[step] += taken
        return tuple(
            FunnelDay(at=at, currency=currency, page_views=o, checkouts=c, paid=p, delivered=d)
            for (at, currency), (o, c, p, d) in sorted(buckets.items())
        )

    async def had_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        had = [
            (since, p)
            for p in sorted(self._purchases.values(), key=lambda p: p.id)
            if p.buyer == buyer
            and (since := p.effective_payment.paid_at if p.effective_payment else p.gifted_at)
        ]
        return tuple(p for _, p in sorted(had, key=lambda each: each[0], reverse=True))

    async def had_already(self, offer: OfferId, buyer: UserId) -> tuple[DuplicateFile, ...]:
        had = {p.offer for p in self._purchases.values() if p.buyer == buyer and p.ever_granted}
        return tuple(twins(self._records.offers, offer, lambda other: other.id in had))

    async def claimed_by(self, buyer: UserId) -> tuple[Purchase, ...]:
        found = [p for p in self._purchases.values() if p.buyer == buyer]
        return tuple(sorted(found, key=lambda each: each.id))

    async def in_checkout(self, offer: OfferId) -> tuple[Purchase, ...]:
        return tuple(
            p
            for p in sorted(self._purchases.values(), key=lambda p: p.id)
            if p.offer == offer and any(a.state is CheckoutStatus.OPEN for a in p.attempts)
        )

    async def undelivered(self) -> tuple[Purchase, ...]:
        return tuple(
            p
            for p in sorted(self._purchases.values(), key=lambda p: p.id)
            if p.has_access and p.deliveries and not p.delivered and not self._taken_down(p)
        )

    def _taken_down(self, purchase: Purchase) -> bool:
        offer = self._records.offers.get(purchase.offer)
        return offer is not None and offer.state is OfferState.TAKEN_DOWN


class MemoryPurchases(MemorySales):
    def __init__(self, records: Records) -> None:
        super().__init__(records)
        self._versions = Versions()

    async def get(self, purchase: PurchaseId) -> Purchase | None:
        return self._records.purchases.get(purchase)

    async def by_link(self, link: LinkToken) -> Purchase | None:
        return next((p for p in self._records.purchases.values() if p.pay_token == link), None)

    async def by_session(self, session: CheckoutSessionId) -> Purchase | None:
        return next(
            (p for p in self._records.purchases.values() if session in _sessions(p)),
            None,
        )

    async def by_payment(self, intent: PaymentIntentId) -> Purchase | None:
        return next((p for p in self._records.purchases.values() if p.payment(intent)), None)

    async def refund_request(self, intent: PaymentIntentId) -> str | None:
        return self._records.refund_requests.get(intent)

    async def request_refund(self, intent: PaymentIntentId, cause: str) -> None:
        self._records.refund_requests[intent] = cause

    async def save(self, purchase: Purchase) -> None:
        made_from, version = self._versions.step(purchase.id, purchase.version)
        present = self._records.purchases.get(purchase.id)
        found = made_from == (present.version if present else 0)
        self._versions.saved(purchase.id, version, found=found)
        self._require_consistent(purchase)
        self._records.purchases[purchase.id] = replace(purchase, version=version)

    def _require_consistent(self, purchase: Purchase) -> None:
        if purchase.offer not in self._records.offers:
            raise OperatorError(f"purchase {purchase.id} is for an offer that is not there")
        for other in self._records.purchases.values():
            if other.id == purchase.id:
                continue
            if {p.intent for p in purchase.payments} & {p.intent for p in other.payments}:
                raise PaymentMismatch("a payment was counted before, for another purchase")
            if (
                other.pay_token == purchase.pay_token
                or (other.offer, other.buyer) == (purchase.offer, purchase.buyer)
                or _sessions(other) & _sessions(purchase)
            ):
                raise OperatorError(
                    f"purchase {purchase.id} shares what must be its own with {other.id}"
                )


def _sessions(purchase: Purchase) -> set[CheckoutSessionId]:
    return {attempt.session for attempt in purchase.attempts if attempt.session}


class MemoryLedger:
    def __init__(self, records: Records) -> None:
        self._entries = records.ledger

    async def add(self, entry: LedgerEntry) -> None:
        self._entries.setdefault((entry.entry_type, entry.reference), entry)

    async def of(
        self, seller: UserId | None, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[LedgerEntry, ...]:
        wanted = [
            entry
            for entry in self._entries.values()
            if seller in {None, entry.seller}
            and (since is None or entry.at >= since)
            and (until is None or entry.at < until)
        ]
        return tuple(sorted(wanted, key=lambda entry: entry.at))
