"""Update the placeholders of an offer after its price or state changed."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.offers.listing import Listing
from bot.domain.offers.offer import Offer, OfferState
from bot.errors import PpvError, UserError
from bot.ids import EventId, code_of, tx_id
from bot.jobs.offer_jobs import RefreshPlaceholders, RefreshRoomCatalogue
from bot.messages import Ended, OpenMessage, Removed
from bot.ports import Clock, Rooms, Store
from bot.services.offers.placeholder import BuildPlaceholder
from bot.services.offers.posting_transactions import posting_txs

_MAX_TRIES = 35
_POSTED = {OfferState.OPEN, OfferState.WITHDRAWN, OfferState.TAKEN_DOWN}


@dataclass(frozen=True, slots=True)
class UpdatePlaceholders:
    store: Store
    rooms: Rooms
    build_placeholder: BuildPlaceholder
    clock: Clock

    async def __call__(self, job: RefreshPlaceholders) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None or offer.state not in _POSTED or not await self._is_outdated(job):
            return
        async with self.store.begin() as uow:
            for listing in offer.listings:
                await uow.jobs.add(RefreshRoomCatalogue(listing.room), queueing_lock=True)
        message = await self._message(offer)
        failures: list[PpvError] = []
        for listing in offer.listings:
            if job.room not in {None, listing.room}:
                continue
            try:
                await self._update(offer, listing, message)
            except UserError:
                # The bot has left the room or may not send. It updates the placeholder when it joins again, when power
                # levels change, and after a delay in case it missed both events.
                await self._record_outdated(offer, listing, job.tries)
            except PpvError as failure:
                # The room still shows the old state. Update the other rooms first, then retry this one.
                failures.append(failure)
        if failures:
            raise failures[0]

    async def _update(self, offer: Offer, listing: Listing, message: OpenMessage) -> None:
        if listing.placeholder is None:
            return
        tx = tx_id("anew", offer.id, listing.room, str(offer.version))
        await self.rooms.edit(listing.room, listing.placeholder, message, tx)
        if offer.state is OfferState.TAKEN_DOWN:
            await self._redact_pictures(offer, listing)

    async def _message(self, offer: Offer) -> OpenMessage:
        if offer.state is OfferState.TAKEN_DOWN:
            return Removed(code_of(offer.id))
        if offer.state is OfferState.WITHDRAWN:
            return Ended(offer.text, code_of(offer.id), self.build_placeholder.urls.offer(offer.id))
        return await self.build_placeholder.placeholder(offer)

    async def _record_outdated(self, offer: Offer, listing: Listing, tries: int) -> None:
        """Try again after 1, 2, 4, … hours, at most a day, for a month in all."""
        async with self.store.begin() as uow:
            await uow.postings.record_outdated(offer.id, listing.room)
            if tries < _MAX_TRIES:
                at = self.clock.now() + timedelta(hours=min(2**tries, 24))
                again = RefreshPlaceholders(offer.id, listing.room, tries + 1)
                await uow.jobs.add(again, at=at, queueing_lock=True)

    async def _is_outdated(self, job: RefreshPlaceholders) -> bool:
        """Return whether the placeholder still needs the update at a retry."""
        if job.room is None or not job.tries:
            return True
        async with self.store.begin() as uow:
            return await uow.postings.take_outdated(job.offer, job.room)

    async def _redact_pictures(self, offer: Offer, listing: Listing) -> None:
        """Redact teaser and free previews; the previews are found by their transaction ids."""
        events: list[EventId | None] = [listing.teaser]
        posting_tx = await posting_txs(self.store, offer.id, listing.room)
        for number in range(1, len(offer.free) + 1):
            posted = posting_tx(f"preview {number}")
            events.append(await self.rooms.sent(listing.room, posted, offer.created_at))
        for event in filter(None, events):
            await self.rooms.redact(
                listing.room, event, tx_id("taken down", event), reason="It was taken down."
            )
