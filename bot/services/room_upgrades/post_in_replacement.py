"""Post in a room that has replaced another one what was on sale in the old one."""

from dataclasses import dataclass

from bot.domain.offers.offer import OfferState
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import RoomId, UserId
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.offer_jobs import PostInReplacement, RefreshRoomCatalogue
from bot.ports import Act, RoomState, Store
from bot.services.offers.post_offer import PostOffer


@dataclass(frozen=True, slots=True)
class PostOfferInReplacement:
    store: Store
    state: RoomState
    post_offer: PostOffer

    async def __call__(self, job: PostInReplacement) -> None:
        """The seller is told of a refusal once for each room."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None or offer.state is not OfferState.OPEN:
            return
        waiting = [
            each for each in offer.listings if each.room == job.room and not each.posted_completely
        ]
        for listing in waiting:
            try:
                await self._require_allowed(job.room, offer.seller)
                await self.post_offer.post(offer, listing)
            except UserError as refusal:
                await self._give_up(job, offer.seller, refusal)
                return
        async with self.store.begin() as uow:
            await uow.jobs.add(RefreshRoomCatalogue(job.room), queueing_lock=True)

    async def _require_allowed(self, room: RoomId, seller: UserId) -> None:
        """Sellers need not have come into the new room yet. Raises UserError for those who may not write there."""
        allowed = (await self.state.power(room, seller, Act.SPEAK)).enough
        if not allowed or await self.state.has_left(room, seller):
            raise UserError(gettext_lazy("You may not write there."))

    async def _give_up(self, job: PostInReplacement, seller: UserId, refusal: UserError) -> None:
        title = await self.state.title(job.room)
        words = gettext_lazy(
            "I could not put your offers into the new room {room}: {why} They are on sale by their links all the"
            " same.",
            room=title,
            why=refusal.words,
        )
        async with self.store.begin() as uow:
            latest = await uow.offers.get(job.offer)
            if latest is not None:
                await uow.offers.save(latest.without_listing(job.room))
            await uow.jobs.add(
                NotifyUser(seller, f"not posted in {job.room}", words), queueing_lock=True
            )
