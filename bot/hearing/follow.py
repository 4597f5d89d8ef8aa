"""Following what sellers take back: a file deleted from the studio, a placeholder deleted in a room."""

from dataclasses import dataclass

from bot.events import Redaction
from bot.ids import attachment_id
from bot.jobs import CallInAll, DestroyKeys, RefreshShop, ShowDraft, purge_of_removed
from bot.offer import REPENT
from bot.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class FollowRedaction:
    store: Store
    clock: Clock

    async def __call__(self, redaction: Redaction) -> None:
        """A file leaves its draft. What is on sale stays, unless its last placeholder is deleted."""
        origin, target = redaction.origin, redaction.target
        async with self.store.begin() as uow:
            file = attachment_id(target)
            draft = await uow.offers.draft_with(file, origin.room, origin.sender)
            if draft is not None:
                left = draft.without(file)
                await uow.offers.save(left)
                for purge in purge_of_removed(draft, left):
                    await uow.jobs.add(purge, once=True)
                await uow.jobs.add(ShowDraft(draft.id), once=True)
                return
            offer = await uow.offers.standing_as(target)
            if offer is None:
                return
            listing = next(each for each in offer.listings if each.room == origin.room)
            if listing.placeholder != target:
                return
            await uow.jobs.add(RefreshShop(origin.room), once=True)
            offer = offer.unlisted(origin.room)
            if offer.listings:
                await uow.offers.save(offer)
                return
            await uow.offers.save(offer.withdrawn())
            await uow.jobs.add(CallInAll(offer.id), once=True)
            await uow.jobs.add(DestroyKeys(offer.id), at=self.clock.now() + REPENT)
