"""The store in memory: the same behaviour as the real one, held to it by the same contract suite."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime

from appservice.db.field_cipher import SivFieldCipher
from appservice.db.repositories.sql_checkout_marks import SqlCheckoutMarks
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.domain.money.connected_account import ConnectedAccount
from bot.ids import (
    EventId,
    MxcUri,
    RoomId,
    UserId,
)
from bot.jobs import Job, encode
from bot.jobs.inbound_jobs import FailedItem
from bot.ports import Clock
from tests.support.memory.memory_access_log import MemoryClaims, MemoryVisits
from tests.support.memory.memory_moderation import MemoryAdminActs, MemoryBlocks, MemoryReports
from tests.support.memory.memory_offers import MemoryOffers
from tests.support.memory.memory_people import (
    MemoryDirectRooms,
    MemoryInbox,
    MemoryPeople,
)
from tests.support.memory.memory_postings import MemoryOperations, MemoryPostings, MemorySaleRooms
from tests.support.memory.memory_purchases import MemoryLedger, MemoryPurchases
from tests.support.memory.memory_queue import MemoryJobQueue, StoredJob
from tests.support.memory.memory_quota_usage import MemoryUsage
from tests.support.memory.memory_records import Records
from tests.support.memory.memory_retention import MemoryLeftovers
from tests.support.memory.memory_storefronts import MemoryStorefronts
from tests.support.memory.memory_uploads import MemoryUploads
from tests.support.memory.memory_web_sessions import MemorySignInLinks, MemorySignIns, MemoryWidgets


class MemorySellerAccounts:
    def __init__(self, records: Records) -> None:
        self._accounts = records.seller_accounts

    async def of(self, seller: UserId) -> ConnectedAccount | None:
        return self._accounts.get(seller)

    async def all(self) -> tuple[ConnectedAccount, ...]:
        return tuple(account for _, account in sorted(self._accounts.items()))

    async def save(self, account: ConnectedAccount) -> None:
        self._accounts[account.seller] = account


class MemoryHandovers:
    def __init__(self, records: Records) -> None:
        self._handovers = records.handovers

    async def add(self, handover: InterceptedAttachment) -> None:
        self._handovers.setdefault(handover.name, handover)

    async def waiting(self, sender: UserId, *, beside: str) -> int:
        return sum(
            each.sender == sender and each.event is None and each.name != beside
            for each in self._handovers.values()
        )

    async def claim(
        self, name: str, event: EventId, *, room: RoomId, sender: UserId
    ) -> InterceptedAttachment | None:
        handover = self._handovers.get(name)
        if handover is None or handover.event not in {None, event}:
            return None
        if (handover.room, handover.sender) != (room, sender):
            return None
        self._handovers[name] = replace(handover, event=event)
        return self._handovers[name] if handover.content else None

    async def handled(self, event: EventId) -> None:
        for name, each in self._handovers.items():
            if each.event == event:
                self._handovers[name] = replace(each, content={})

    async def forget(self, before: datetime) -> None:
        for each in [h for h in self._handovers.values() if h.received_at < before]:
            del self._handovers[each.name]


class MemoryJobs:
    def __init__(self, records: Records, clock: Clock) -> None:
        self._records = records
        self._clock = clock
        self.added = False

    async def add(
        self, job: Job, *, at: datetime | None = None, queueing_lock: bool = False
    ) -> None:
        now = self._clock.now()
        due = at or now
        kind, fields = encode(job)
        jobs = self._records.jobs
        self.added = True
        equal = [
            each
            for each in jobs.values()
            if queueing_lock and (each.kind, each.fields) == (kind, fields)
        ]
        waiting = [each for each in equal if each.state == "waiting"]
        aside = [each for each in equal if each.again_at is not None]
        for each in waiting:
            jobs[each.id] = replace(each, due_at=min(each.due_at, due))
        for each in [] if waiting else aside:
            jobs[each.id] = replace(each, again_at=min(each.again_at or due, due))
        if not waiting and not aside:
            id_ = self._records.jobs_ever = self._records.jobs_ever + 1
            jobs[id_] = StoredJob(id_, kind, fields, job.lock, due_at=due, created_at=now)

    async def lay_aside(self, item: FailedItem, error: str, keep: int) -> None:
        now, jobs = self._clock.now(), self._records.jobs
        kind, fields = encode(item)
        id_ = self._records.jobs_ever = self._records.jobs_ever + 1
        jobs[id_] = StoredJob(
            id_, kind, fields, item.lock, "dead", error=error, due_at=now, created_at=now
        )
        dead = [each.id for each in jobs.values() if (each.lock, each.state) == (item.lock, "dead")]
        for each in sorted(dead)[: max(len(dead) - keep, 0)]:
            del jobs[each]

    async def wake(self, prefix: str) -> None:
        now, jobs = self._clock.now(), self._records.jobs
        self.added = True
        for each in list(jobs.values()):
            if each.state == "waiting" and each.lock.startswith(prefix):
                jobs[each.id] = replace(each, due_at=min(each.due_at, now))
            elif each.again_at is not None and each.lock.startswith(prefix):
                jobs[each.id] = replace(each, again_at=min(each.again_at, now))


class MemoryMediaCopies:
    def __init__(self, records: Records) -> None:
        self._copies = records.media_copies

    async def of(self, name: str) -> MxcUri | None:
        return self._copies.get(name)

    async def save(self, name: str, url: MxcUri) -> None:
        self._copies[name] = url


_CIPHER = SivFieldCipher(bytes(32))


class MemoryUnitOfWork:
    def __init__(self, records: Records, clock: Clock) -> None:
        self.offers = MemoryOffers(records)
        self.uploads = MemoryUploads(records)
        self.purchases = MemoryPurchases(records)
        self.storefronts = MemoryStorefronts(records)
        self.usage = MemoryUsage(records)
        self.acts = MemoryAdminActs(records)
        self.blocks = MemoryBlocks(records)
        self.reports = MemoryReports(records)
        self.checkout_marks = SqlCheckoutMarks(_CIPHER)
        self.ledger = MemoryLedger(records)
        self.visits = MemoryVisits(records)
        self.claims = MemoryClaims(records)
        self.sign_in_links = MemorySignInLinks(records)
        self.sign_ins = MemorySignIns(records)
        self.widgets = MemoryWidgets(records)
        self.handovers = MemoryHandovers(records)
        self.seller_accounts = MemorySellerAccounts(records)
        self.operations = MemoryOperations(records)
        self.jobs = MemoryJobs(records, clock)
        self.inbox = MemoryInbox(records, clock)
        self.leftovers = MemoryLeftovers(records)
        self.people = MemoryPeople(records)
        self.postings = MemoryPostings(records)
        self.sale_rooms = MemorySaleRooms(records)
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
            self.queue.jobs_added.set()

    @property
    def in_unit_of_work(self) -> bool:
        """Whether the task that asks has one open."""
        return self._open.get()

    def outside_unit_of_work(self) -> None:
        """What every fake of a network calls first."""
        assert not self.in_unit_of_work, "this must not happen while a unit of work is open"
