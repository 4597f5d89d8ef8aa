"""Show in a room what could not be shown there while the bot was out of it, or lacked the power."""

from dataclasses import dataclass

from bot.ids import RoomId
from bot.jobs.offer_jobs import RefreshPlaceholders, RefreshRoomCatalogue
from bot.ports import Store


@dataclass(frozen=True, slots=True)
class ShowMissedChanges:
    store: Store

    async def __call__(self, room: RoomId) -> None:
        """Add the jobs; each notes its change again if the room still refuses it."""
        async with self.store.begin() as uow:
            for offer in await uow.offers.listed_in(room):
                if await uow.postings.take_outdated(offer, room):
                    await uow.jobs.add(RefreshPlaceholders(offer, room), queueing_lock=True)
            await uow.jobs.add(RefreshRoomCatalogue(room), queueing_lock=True)
