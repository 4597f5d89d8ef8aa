"""The store in memory: the same behaviour as the real one, held to it by the same contract suite."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime

from appservice.db.records.versions import Versions
from bot.claim import Claim
from bot.handover import Handover
from bot.ids import (
    AttachmentId,
    BlobId,
    ClaimId,
    EventId,
    MxcUri,
    OfferId,
    PurchaseId,
    RoomId,
    UserId,
)
from bot.jobs import Job, encode
from bot.offer import Offer, OfferState
from bot.on_sale import OnSale
from bot.ports import Clock
from bot.seller_account import SellerAccount
from bot.twin import Twin
from bot.visit import Visit
from tests.memory_keys import MemorySealedKeys
from tests.memory_leftovers import MemoryLeftovers
from tests.memory_moderation import MemoryAdminActs, MemoryBlocks, MemoryReports
from tests.memory_people import MemoryBookmarks, MemoryDirectRooms, MemoryInbox, MemoryLanguages
from tests.memory_purchases import MemoryLedger, MemoryPurchases, MemorySales
from tests.memory_queue import MemoryJobQueue, StoredJob
from tests.memory_records import Records
from tests.memory_sign_ins import MemorySignInLinks, MemorySignIns, MemoryWidgets
from tests.memory_storefronts import MemoryStorefronts
from tests.memory_twins import twins
from tests.memory_uploads import MemoryUploads
from tests.memory_usage import MemoryUsage


class MemoryOffers:
    def __init__(self, records: Records) -> None:
        self._records = records
        self._versions = Versions()

    async def get(self, offer: OfferId) -> Offer | None:
        return self._records.offers.get(offer)

    async def draft_in(self, workshop: RoomId, seller: UserId) -> Offer | None:
        drafts = [
            offer
            for offer in self._records.offers.values()
            if offer.state is OfferState.DRAFT
            and offer.workshop == workshop
            and offer.seller == seller
            and offer.plan is None
        ]
        return max(drafts, key=lambda offer: (offer.created_at, offer.id), default=None)

    async def draft_with(
        self, attachment: AttachmentId, workshop: RoomId, seller: UserId
    ) -> Offer | None:
        for offer in self._records.offers.values():
            mine = (offer.workshop, offer.seller, offer.state)
            if mine == (workshop, seller, OfferState.DRAFT) and offer.attachment(attachment):
                return offer
        return None

    async def standing_as(self, event: EventId) -> Offer | None:
        for offer in self._records.offers.values():
            if any(event in {each.placeholder, each.teaser} for each in offer.listings):
                return offer
        return None

    async def holds(self, blob: BlobId) -> bool:
        return any(
            blob == part.blob
            for offer in self._records.offers.values()
            for each in offer.attachments
            for part in each.parts
        )

    async def save(self, offer: Offer) -> None:
        made_from, version = self._versions.step(offer.id, offer.version)
        present = self._records.offers.get(offer.id)
        found = made_from == (present.version if present else 0)
        self._versions.saved(offer.id, version, found=found)
        self._records.offers[offer.id] = replace(offer, version=version)


class MemoryCatalogue:
    def __init__(self, records: Records) -> None:
        self._offers = records.offers

    async def of_room(self, room: RoomId) -> tuple[OnSale, ...]:
        found = [
            offer
            for offer in sorted(self._offers.values(), key=lambda each: each.id)
            if offer.state is OfferState.OPEN
            and any(each.room == room and each.placeholder for each in offer.listings)
        ]
        found.sort(key=lambda offer: offer.created_at, reverse=True)
        return tuple(OnSale(offer.id, offer.text) for offer in found)

    async def of_seller(self, seller: UserId, *, discarded: bool = False) -> tuple[OfferId, ...]:
        found = [
            offer
            for offer in sorted(self._offers.values(), key=lambda each: each.id)
            if offer.seller == seller and (discarded or offer.state is not OfferState.DISCARDED)
        ]
        found.sort(key=lambda offer: offer.created_at, reverse=True)
        return tuple(offer.id for offer in found)

    async def on_sale_already(self, offer: OfferId) -> tuple[Twin, ...]:
        mine = self._offers.get(offer)

        def also_on_sale(other: Offer) -> bool:
            theirs = mine is not None and other.seller == mine.seller
            return theirs and other.state is OfferState.OPEN

        return tuple(twins(self._offers, offer, also_on_sale))

    async def shown_by(self, seller: UserId) -> tuple[OnSale, ...]:
        found = [
            offer
            for offer in sorted(self._offers.values(), key=lambda each: each.id)
            if (offer.seller, offer.public, offer.state) == (seller, True, OfferState.OPEN)
            and any(each.placeholder for each in offer.listings)
        ]
        found.sort(key=lambda offer: offer.created_at, reverse=True)
        return tuple(OnSale(offer.id, offer.text) for offer in found)

    async def planned_by(self, seller: UserId) -> tuple[OfferId, ...]:
        found = [
            offer
            for offer in self._offers.values()
            if (offer.seller, offer.state) == (seller, OfferState.DRAFT) and offer.plan
        ]
        return tuple(each.id for each in sorted(found, key=lambda o: (o.created_at, o.id)))


class MemoryVisits:
    def __init__(self, records: Records) -> None:
        self._visits = records.visits

    async def note(self, visit: Visit) -> None:
        minute = visit.at.replace(second=0, microsecond=0)
        self._visits.setdefault((visit.offer, visit.what, visit.purchase, minute), visit)

    async def of(self, purchase: PurchaseId) -> tuple[Visit, ...]:
        found = [visit for visit in self._visits.values() if visit.purchase == purchase]
        return tuple(sorted(found, key=lambda visit: (visit.at, visit.what)))

    async def forget(self, before: datetime) -> None:
        for key in [key for key, visit in self._visits.items() if visit.at < before]:
            del self._visits[key]


class MemoryClaims:
    def __init__(self, records: Records) -> None:
        self._claims, self._purchases = records.claims, records.purchases

    async def get(self, claim: ClaimId) -> Claim | None:
        return self._claims.get(claim)

    async def with_code(self, buyer: UserId, code: str) -> tuple[Claim, ...]:
        found = [c for c in self._claims.values() if c.code == code and self._is_of(c, buyer)]
        return tuple(sorted(found, key=lambda each: (each.made_at, each.id)))

    async def of(self, buyer: UserId) -> tuple[Claim, ...]:
        found = [each for each in self._claims.values() if self._is_of(each, buyer)]
        return tuple(sorted(found, key=lambda each: (each.made_at, each.id)))

    async def save(self, claim: Claim) -> None:
        self._claims[claim.id] = claim

    async def forget(self, *, buyer: UserId | None = None, before: datetime | None = None) -> None:
        for claim in list(self._claims.values()):
            if (buyer and self._is_of(claim, buyer)) or (before and claim.made_at < before):
                del self._claims[claim.id]

    def _is_of(self, claim: Claim, buyer: UserId) -> bool:
        return self._purchases[claim.purchase].buyer == buyer


class MemorySellerAccounts:
    def __init__(self, records: Records) -> None:
        self._accounts = records.seller_accounts

    async def of(self, seller: UserId) -> SellerAccount | None:
        return self._accounts.get(seller)

    async def all(self) -> tuple[SellerAccount, ...]:
        return tuple(account for _, account in sorted(self._accounts.items()))

    async def save(self, account: SellerAccount) -> None:
        self._accounts[account.seller] = account


class MemoryHandovers:
    def __init__(self, records: Records) -> None:
        self._handovers = records.handovers

    async def add(self, handover: Handover) -> None:
        self._handovers.setdefault(handover.name, handover)

    async def claim(self, name: str, event: EventId) -> Handover | None:
        handover = self._handovers.get(name)
        if handover is None or handover.event not in {None, event}:
            return None
        self._handovers[name] = replace(handover, event=event)
        return self._handovers[name]

    async def forget(self, before: datetime) -> None:
        for each in [h for h in self._handovers.values() if h.received_at < before]:
            del self._handovers[each.name]


class MemoryJobs:
    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self.added = False

    async def add(self, job: Job, *, at: datetime | None = None, once: bool = False) -> None:
        now = self._clock.now()
        due = at or now
        kind, fields = encode(job)
        jobs = self._records.jobs
        self.added = True
        waiting = [
            each
            for each in jobs.values()
            if once and (each.kind, each.fields, each.state) == (kind, fields, "waiting")
        ]
        for each in waiting:
            jobs[each.id] = replace(each, due_at=min(each.due_at, due))
        if not waiting:
            id_ = self._records.jobs_ever = self._records.jobs_ever + 1
            jobs[id_] = StoredJob(id_, kind, fields, job.lane, due_at=due, created_at=now)

    async def wake(self, lanes: str) -> None:
        now, jobs = self._clock.now(), self._records.jobs
        self.added = True
        for each in list(jobs.values()):
            if each.state == "waiting" and each.lane.startswith(lanes):
                jobs[each.id] = replace(each, due_at=min(each.due_at, now))


class MemoryMediaCopies:
    def __init__(self, records: Records) -> None:
        self._copies = records.media_copies

    async def of(self, name: str) -> MxcUri | None:
        return self._copies.get(name)

    async def save(self, name: str, url: MxcUri) -> None:
        self._copies[name] = url


class MemoryUnitOfWork:
    def __init__(self, records: Records, clock: Clock) -> None:
        self.offers = MemoryOffers(records)
        self.uploads = MemoryUploads(records)
        self.sealed_keys = MemorySealedKeys(records)
        self.catalogue = MemoryCatalogue(records)
        self.purchases = MemoryPurchases(records)
        self.sales = MemorySales(records)
        self.storefronts = MemoryStorefronts(records)
        self.usage = MemoryUsage(records)
        self.acts = MemoryAdminActs(records)
        self.blocks = MemoryBlocks(records)
        self.reports = MemoryReports(records)
        self.ledger = MemoryLedger(records)
        self.visits = MemoryVisits(records)
        self.claims = MemoryClaims(records)
        self.sign_in_links = MemorySignInLinks(records)
        self.sign_ins = MemorySignIns(records)
        self.widgets = MemoryWidgets(records)
        self.handovers = MemoryHandovers(records)
        self.seller_accounts = MemorySellerAccounts(records)
        self.bookmarks = MemoryBookmarks(records)
        self.jobs = MemoryJobs(records, clock)
        self.inbox = MemoryInbox(records, clock)
        self.leftovers = MemoryLeftovers(records)
        self.languages = MemoryLanguages(records)
        self.direct_rooms = MemoryDirectRooms(records)
        self.media_copies = MemoryMediaCopies(records)


class MemoryStore:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turn = asyncio.Lock()
        self._open: ContextVar[bool] = ContextVar("unit of work", default=False)
        self.records = Records()
        self.queue = MemoryJobQueue(
            self._turn,
            lambda: self.records.jobs,
            lambda job: MemoryJobs(self.records, clock).add(job),
        )

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[MemoryUnitOfWork]:
        self.outside_unit_of_work()
        async with self._turn:
            records = self.records.copy()
            unit = MemoryUnitOfWork(records, self._clock)
            token = self._open.set(True)
            try:
                yield unit
            finally:
                self._open.reset(token)
            self.records = records
        if unit.jobs.added:
            self.queue.news.set()

    @property
    def in_unit_of_work(self) -> bool:
        """Whether the task that asks has one open."""
        return self._open.get()

    def outside_unit_of_work(self) -> None:
        """What every fake of a network calls first."""
        assert not self.in_unit_of_work, "this must not happen while a unit of work is open"
