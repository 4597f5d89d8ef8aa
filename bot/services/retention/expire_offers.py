"""Forgetting goods: keys of what nobody will ever buy are destroyed, ciphertexts without a key are deleted."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.offers.offer import OfferState
from bot.domain.offers.upload import Upload
from bot.jobs.offer_jobs import DeleteOrphanBlobs, DestroyKeys, ExpireUpload
from bot.ports import BlobStore, Clock, Store, UnitOfWork
from bot.services.uploads.part_store import PartStore

_LATER = timedelta(days=1)
_EVERY = timedelta(days=1)
_AGAIN = timedelta(hours=1)
_SPARED = timedelta(days=3)
"""So long a ciphertext may lie there before its key is in the records."""
_AT_ONCE = 500
"""Visits that go in one unit of work; sales go on in between."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DestroyOfferKeys:
    """Whoever bought keeps what they bought, so then nothing is destroyed."""

    store: Store
    clock: Clock

    async def __call__(self, job: DestroyKeys) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            if offer is None or offer.state not in {OfferState.WITHDRAWN, OfferState.DISCARDED}:
                return
            purchases = await uow.purchases.of(job.offer)
            if any(purchase.ever_granted for purchase in purchases):
                return
            now = self.clock.now()
            if any(purchase.may_be_paid(now) for purchase in purchases):
                await uow.jobs.add(job, at=now + _LATER)
            else:
                await uow.offers.save(offer.without_keys())
                for upload in await uow.uploads.of(job.offer):
                    await uow.uploads.remove(upload.id)


@dataclass(frozen=True, slots=True)
class DeleteUpload:
    """Its key first, then what it opens. What is whole and waits to be sealed is left alone."""

    store: Store
    clock: Clock
    part_store: PartStore

    async def __call__(self, job: ExpireUpload) -> None:
        async with self.store.begin() as uow:
            upload = await uow.uploads.get(job.upload)
            if upload is None:
                return
            if self.clock.now() < upload.expires_at or await _waits(uow, upload):
                await uow.jobs.add(job, at=max(upload.expires_at, self.clock.now() + _AGAIN))
                return
            await uow.uploads.remove(upload.id)
        await self.part_store.delete(*upload.blobs)


async def _waits(uow: UnitOfWork, upload: Upload) -> bool:
    offer = await uow.offers.get(upload.offer)
    attachment = offer.attachment(upload.id) if offer else None
    return bool(attachment and not attachment.encrypted and not attachment.error)


@dataclass(frozen=True, slots=True)
class DeleteOrphans:
    """Every day: what a crash, a discarded draft or a destroyed key has left behind, and old visits."""

    store: Store
    blobs: BlobStore
    clock: Clock
    visits_kept: timedelta

    async def begin(self) -> None:
        """At the start; from then on by itself."""
        async with self.store.begin() as uow:
            await uow.jobs.add(DeleteOrphanBlobs(), queueing_lock=True)

    async def __call__(self, _: DeleteOrphanBlobs) -> None:
        swept = 0
        async for blob in self.blobs.put_before(self.clock.now() - _SPARED):
            async with self.store.begin() as uow:
                held = await uow.offers.holds(blob) or await uow.uploads.holds(blob)
            if not held:
                await self.blobs.delete(blob)
                swept += 1
        if swept:
            log.info("orphaned blobs deleted", extra={"blobs": swept})
        await self._forget_visits()
        async with self.store.begin() as uow:
            await uow.jobs.add(
                DeleteOrphanBlobs(), at=self.clock.now() + _EVERY, queueing_lock=True
            )

    async def _forget_visits(self) -> None:
        before, removed = self.clock.now() - self.visits_kept, _AT_ONCE
        while removed == _AT_ONCE:
            async with self.store.begin() as uow:
                removed = await uow.visits.forget(before, limit=_AT_ONCE)
