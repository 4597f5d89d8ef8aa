"""Moving all content keys under the key-encryption key that is in use now; the goods stay as they are."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.errors import KeyUnwrapFailed, OperatorError
from bot.ids import OfferId
from bot.jobs.operator_jobs import RewrapKeys
from bot.ports import KeyVault, RewrappableKey, Store

_PAGE = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RewrapContentKeys:
    """Offer by offer, each whole or not at all: what was cut off goes on with those that are left."""

    store: Store
    vault: KeyVault
    others: Sequence[RewrappableKey]
    """Keys of the program's own: of fingerprints, and of the records."""

    async def begin(self) -> None:
        """At the start: after a change of the active key, or a rotation that was cut off."""
        moving = any([await each.need_moving() for each in self.others])
        async with self.store.begin() as uow:
            if moving or await uow.offers.under_other_keks(self.vault.active, after=None, limit=1):
                await uow.jobs.add(RewrapKeys(), queueing_lock=True)

    async def __call__(self, _: RewrapKeys) -> None:
        """Raises OperatorError, when all others are done, if some keys could not be opened."""
        for each in self.others:
            await each.move()
        moved, shut = 0, list[KeyUnwrapFailed]()
        async for offer in self._left():
            try:
                moved += await self._move(offer)
            except KeyUnwrapFailed as failure:
                shut.append(failure)
        if moved:
            log.info("content keys rewrapped", extra={"offers": moved, "kek": self.vault.active})
        if shut:
            offers = "one offer" if len(shut) == 1 else f"{len(shut)} offers"
            raise OperatorError(f"The keys of {offers} could not be moved: {shut[0]}")

    async def _left(self) -> AsyncIterator[OfferId]:
        last = None
        while True:
            async with self.store.begin() as uow:
                page = await uow.offers.under_other_keks(self.vault.active, after=last, limit=_PAGE)
            for last in page:
                yield last
            if len(page) < _PAGE:
                return

    async def _move(self, id_: OfferId) -> bool:
        """Raises ConcurrentUpdate when somebody else changes the offer at the same time."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(id_)
        if offer is None:
            return False
        moved = await self._rewrapped(offer)
        async with self.store.begin() as uow:
            await uow.offers.save(moved)
        return True

    async def _rewrapped(self, offer: Offer) -> Offer:
        keys = {}
        for part in (part for each in offer.attachments for part in each.blobs):
            if part.key.kek != self.vault.active:
                context = part.context(offer.id)
                key = await self.vault.unwrap(part.key, context)
                keys[part.blob] = await self.vault.wrap(key, context)
        return offer.rewrapped(keys)
