"""Publish a draft, or an offer that is on sale in other rooms, in rooms that its seller and the bot are in."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.offers.listing import Schedule
from bot.domain.offers.offer import OfferState
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, RoomId, UserId
from bot.jobs.offer_jobs import PostListings
from bot.ports import Act, Clock, RoomState, Store
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.seller_accounts import ConnectService
from bot.services.drafts.quotas import Quotas
from bot.services.drafts.web_draft import NotYourDraft
from bot.services.messaging.room_replacement import versions_of


def require_rooms(wanted: Sequence[str]) -> None:
    """Raises UserError if no room was named."""
    if not wanted:
        raise UserError(gettext_lazy("In which room? Choose one or several, or type an address."))


@dataclass(frozen=True, slots=True)
class PublishOffer:
    store: Store
    state: RoomState
    authorizer: Authorizer
    bot: UserId
    connect_service: ConnectService
    quotas: Quotas
    clock: Clock

    async def __call__(
        self,
        seller: UserId,
        offer_id: OfferId,
        wanted: Sequence[str],
        *,
        planned: Schedule | None = None,
    ) -> None:
        """`wanted`: rooms, by id or alias. `planned`: publish only if this is still the schedule. Raises UserError."""
        rooms = await self.resolve_rooms(seller, wanted)
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None or offer.seller != seller or offer.state not in _PUBLISHABLE:
                raise NotYourDraft
            if planned is not None and offer.schedule != planned:
                raise NotYourDraft
            offer.require_complete()
            if offer.state is OfferState.DRAFT:
                await self.quotas.require_offer(uow, seller, self.clock.now())
            await uow.offers.save(offer.publishing(rooms))
            await uow.jobs.add(PostListings(offer.id))

    async def resolve_rooms(self, seller: UserId, wanted: Sequence[str]) -> tuple[RoomId, ...]:
        """Return the ids of the newest versions of the rooms. Raises UserError if the seller may not sell there."""
        await self.authorizer.require(seller, Level.SELLER)
        await self.connect_service.require_ready(seller)
        require_rooms(wanted)
        return tuple([await self._room(each, seller) for each in wanted])

    async def _room(self, typed: str, seller: UserId) -> RoomId:
        room = (await versions_of(self.state, await self.state.resolve(typed)))[-1]
        if not await self.state.is_member(room, self.bot):
            raise UserError(
                gettext_lazy(
                    "I am not in {room}. Invite me there ({bot}), then publish again.",
                    room=await self.state.title(room),
                    bot=self.bot,
                )
            )
        if not await self.state.is_member(room, seller):
            raise UserError(
                gettext_lazy(
                    "You are not in {room}. Join it first, then publish again.",
                    room=await self.state.title(room),
                )
            )
        if not (await self.state.power(room, seller, Act.SPEAK)).enough:
            raise UserError(
                gettext_lazy(
                    "You may not write in {room}, so I don't post for you there. Ask somebody who runs it.",
                    room=await self.state.title(room),
                )
            )
        return room


_PUBLISHABLE = {OfferState.DRAFT, OfferState.OPEN}
