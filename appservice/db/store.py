"""The store: every record of ours in one database."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from appservice.db.engines import engine_at
from appservice.db.group_commit.batched_database import Database
from appservice.db.job_queue import JobQueue
from appservice.db.notifier import PurchaseNotifier
from appservice.db.old_rows import encrypt_old_rows
from appservice.db.record_key import RecordKey
from appservice.db.repositories.sql_access_log import SqlVisits
from appservice.db.repositories.sql_attachments import newest_sealed
from appservice.db.repositories.sql_audit_log import SqlAdminActs
from appservice.db.repositories.sql_blocks import SqlBlocks
from appservice.db.repositories.sql_checkout_marks import SqlCheckoutMarks
from appservice.db.repositories.sql_connected_accounts import SqlSellerAccounts
from appservice.db.repositories.sql_direct_rooms import SqlDirectRooms
from appservice.db.repositories.sql_download_sessions import SqlClaims
from appservice.db.repositories.sql_inbox import SqlInbox
from appservice.db.repositories.sql_interceptions import SqlHandovers
from appservice.db.repositories.sql_jobs import SqlJobs
from appservice.db.repositories.sql_ledger import SqlLedger
from appservice.db.repositories.sql_media_cache import SqlMediaCopies
from appservice.db.repositories.sql_offers import SqlOffers
from appservice.db.repositories.sql_operations import SqlOperations, SyncToken
from appservice.db.repositories.sql_people import SqlPeople
from appservice.db.repositories.sql_postings import SqlPostings
from appservice.db.repositories.sql_purchases import SqlPurchases
from appservice.db.repositories.sql_quota_usage import SqlUsage
from appservice.db.repositories.sql_reports import SqlReports
from appservice.db.repositories.sql_retention import SqlLeftovers
from appservice.db.repositories.sql_sale_rooms import SqlSaleRooms
from appservice.db.repositories.sql_stats import (
    DatabaseStats,
    DeliveryLatency,
    delivery_latencies,
    read_stats,
)
from appservice.db.repositories.sql_storefronts import SqlStorefronts
from appservice.db.repositories.sql_uploads import SqlUploads
from appservice.db.repositories.sql_web_sessions import SqlSignInLinks, SqlSignIns
from appservice.db.repositories.sql_widgets import SqlWidgets
from appservice.db.scrubbing import scrub_from_time_to_time
from bot.domain.offers.attachment import EncryptedBlob
from bot.ids import OfferId
from bot.ports import Clock, KeyVault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SqlUnitOfWork:
    offers: SqlOffers
    uploads: SqlUploads
    purchases: SqlPurchases
    storefronts: SqlStorefronts
    usage: SqlUsage
    acts: SqlAdminActs
    blocks: SqlBlocks
    reports: SqlReports
    checkout_marks: SqlCheckoutMarks
    ledger: SqlLedger
    visits: SqlVisits
    claims: SqlClaims
    sign_in_links: SqlSignInLinks
    sign_ins: SqlSignIns
    widgets: SqlWidgets
    seller_accounts: SqlSellerAccounts
    handovers: SqlHandovers
    jobs: SqlJobs
    inbox: SqlInbox
    direct_rooms: SqlDirectRooms
    people: SqlPeople
    media_copies: SqlMediaCopies
    leftovers: SqlLeftovers
    operations: SqlOperations
    postings: SqlPostings
    sale_rooms: SqlSaleRooms


class SqlStore:
    """Units of work, and the queue that their jobs go into."""

    def __init__(self, database: Database, clock: Clock, vault: KeyVault) -> None:
        self._database = database
        self._clock = clock
        self.record_key = RecordKey(database, vault)
        self.queue = JobQueue(database, clock, self.record_key)
        self.sync_token = SyncToken(database)
        self.changes = PurchaseNotifier()
        """Of purchases, once they are committed."""

    async def unlock(self) -> None:
        """Get the key of the records, and encrypt what an older version has left in clear.

        Raises OperatorError when no configured KEK opens the key, TemporaryError when a token is away.
        """
        await encrypt_old_rows(self._database, await self.record_key.require())

    async def scrub(self) -> None:
        """Remove what was deleted from the engine's log of changes, where that can be done."""
        await self._database.scrub()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SqlUnitOfWork]:
        """Raises TemporaryError when the database is locked, full or out of reach, OperatorError when it refuses."""
        cipher = await self.record_key.cipher()
        async with self._database.transaction() as transaction:
            jobs = SqlJobs(transaction, self._clock, cipher)
            offers, purchases = (
                SqlOffers(transaction, cipher),
                SqlPurchases(transaction, cipher),
            )
            yield SqlUnitOfWork(
                offers=offers,
                uploads=SqlUploads(transaction, cipher),
                purchases=purchases,
                storefronts=SqlStorefronts(transaction),
                usage=SqlUsage(transaction, cipher),
                acts=SqlAdminActs(transaction),
                blocks=SqlBlocks(transaction),
                reports=SqlReports(transaction, cipher),
                checkout_marks=SqlCheckoutMarks(cipher),
                ledger=SqlLedger(transaction),
                visits=SqlVisits(transaction),
                claims=SqlClaims(transaction),
                sign_in_links=SqlSignInLinks(transaction),
                sign_ins=SqlSignIns(transaction),
                widgets=SqlWidgets(transaction),
                seller_accounts=SqlSellerAccounts(transaction),
                handovers=SqlHandovers(transaction, cipher),
                jobs=jobs,
                inbox=SqlInbox(transaction, self._clock),
                direct_rooms=SqlDirectRooms(transaction),
                people=SqlPeople(transaction),
                media_copies=SqlMediaCopies(transaction),
                leftovers=SqlLeftovers(transaction, cipher),
                operations=SqlOperations(transaction),
                postings=SqlPostings(transaction),
                sale_rooms=SqlSaleRooms(transaction),
            )
        for event in (*offers.log, *purchases.log):
            log.info(event.message, extra=event.about)
        self.changes.notify(purchases.saved)
        if jobs.added:
            self.queue.jobs_added.set()

    async def newest_sealed(self) -> tuple[OfferId, EncryptedBlob] | None:
        """What was sealed last, to see whether the keys open it."""
        async with self._database.transaction() as transaction:
            return await newest_sealed(transaction)

    async def stats(self) -> DatabaseStats:
        """What there is, counted."""
        async with self._database.transaction() as transaction:
            return await read_stats(transaction)

    async def delivery_latencies(self, after: datetime) -> tuple[DeliveryLatency, ...]:
        """The payments whose goods were handed over since then, the earliest first."""
        async with self._database.transaction() as transaction:
            return await delivery_latencies(transaction, after)


@asynccontextmanager
async def open_store(
    url: str, clock: Clock, vault: KeyVault, *, alone: bool = False, create: bool = True
) -> AsyncIterator[SqlStore]:
    """Open the store behind `database.url`; `alone` is for the one that runs.

    With `create` an empty or missing database is filled. Commands go without it, so that one which was given
    another configuration does not answer from nothing.

    Raises DatabaseUnusable when it cannot be opened, or its version is not the code's.
    """
    async with engine_at(url).opened(alone=alone, create=create) as session:
        database = Database(session)
        scrubbing = asyncio.create_task(scrub_from_time_to_time(database)) if alone else None
        try:
            yield SqlStore(database, clock, vault)
        finally:
            if scrubbing:
                scrubbing.cancel()
            await database.close()
