"""Bringing the placeholders of an offer up to date: another price, or the end of its sale."""

from dataclasses import dataclass

from bot.errors import Refusal
from bot.ids import code_of, tx_id
from bot.jobs import ShowAnew
from bot.messages import Ended
from bot.offer import OfferState
from bot.ports import Rooms, Store
from bot.selling.showing import Showing


@dataclass(frozen=True, slots=True)
class ShowOfferAnew:
    store: Store
    rooms: Rooms
    showing: Showing

    async def __call__(self, job: ShowAnew) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None or offer.state not in {OfferState.OPEN, OfferState.WITHDRAWN}:
            return
        message = (
            Ended(offer.text, code_of(offer.id))
            if offer.state is OfferState.WITHDRAWN
            else await self.showing.placeholder(offer)
        )
        for listing in offer.listings:
            if listing.placeholder is None:
                continue
            tx = tx_id("anew", offer.id, listing.room, str(offer.version))
            try:
                await self.rooms.edit(listing.room, listing.placeholder, message, tx)
            except Refusal:
                continue  # The bot is not there any more; its pages tell the truth all the same.
