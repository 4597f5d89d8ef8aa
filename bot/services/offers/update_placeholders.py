"""Bringing the placeholders of an offer up to date: another price, or the end of its sale."""

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

_MOST_TRIES = 35
_STANDING = {OfferState.OPEN, OfferState.WITHDRAWN, OfferState.TAKEN_DOWN}


@dataclass(frozen=True, slots=True)
class UpdatePlaceholders:
    store: Store
    rooms: Rooms
    build_placeholder: BuildPlaceholder
    clock: Clock

    async def __call__(self, job: RefreshPlaceholders) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None or offer.state not in _STANDING or not await self._is_outdated(job):
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
                await self._show(offer, listing, message)
            except UserError:
                # The bot is not there any more, or may not speak. It makes up for that when it comes back, when
                # power levels change, and after a while in case it did not hear of either.
                await self._note_not_shown(offer, listing, job.tries)
            except PpvError as failure:
                # The room shows what is not so any more. The others come first, then this one is tried again.
                failures.append(failure)
        if failures:
            raise failures[0]

    async def _show(self, offer: Offer, listing: Listing, message: OpenMessage) -> None:
        if listing.placeholder is None:
            return
        tx = tx_id("anew", offer.id, listing.room, str(offer.version))
        await self.rooms.edit(listing.room, listing.placeholder, message, tx)
        if offer.state is OfferState.TAKEN_DOWN:
            await self._take_out_pictures(offer, listing)

    async def _message(self, offer: Offer) -> OpenMessage:
        if offer.state is OfferState.TAKEN_DOWN:
            return Removed(code_of(offer.id))
        if offer.state is OfferState.WITHDRAWN:
            return Ended(offer.text, code_of(offer.id), self.build_placeholder.urls.offer(offer.id))
        return await self.build_placeholder.placeholder(offer)

    async def _note_not_shown(self, offer: Offer, listing: Listing, tries: int) -> None:
        """Try again after 1, 2, 4, … hours, at most a day, for a month in all."""
        async with self.store.begin() as uow:
            await uow.postings.record_outdated(offer.id, listing.room)
            if tries < _MOST_TRIES:
                at = self.clock.now() + timedelta(hours=min(2**tries, 24))
                again = RefreshPlaceholders(offer.id, listing.room, tries + 1)
                await uow.jobs.add(again, at=at, queueing_lock=True)

    async def _is_outdated(self, job: RefreshPlaceholders) -> bool:
        """Whether a further try has something to show."""
        if job.room is None or not job.tries:
            return True
        async with self.store.begin() as uow:
            return await uow.postings.take_outdated(job.offer, job.room)

    async def _take_out_pictures(self, offer: Offer, listing: Listing) -> None:
        """Teaser and free previews; the latter are found by the ids under which they were posted."""
        events: list[EventId | None] = [listing.teaser]
        posting_tx = await posting_txs(self.store, offer.id, listing.room)
        for number in range(1, len(offer.free) + 1):
            posted = posting_tx(f"preview {number}")
            events.append(await self.rooms.sent(listing.room, posted, offer.created_at))
        for event in filter(None, events):
            await self.rooms.redact(
                listing.room, event, tx_id("taken down", event), reason="It was taken down."
            )
