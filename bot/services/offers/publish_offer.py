"""Putting an offer on sale in rooms that its seller and the bot are in: a draft, or one that stands elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.offers.listing import Plan
from bot.domain.offers.offer import OfferState
from bot.domain.people.permissions import Level
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import OfferId, RoomId, UserId
from bot.jobs import Publish
from bot.ports import Act, Clock, RoomState, Store
from bot.services.auth.authorization import Standing
from bot.services.checkout.seller_accounts import SellersAccounts
from bot.services.drafts.quotas import Quotas
from bot.services.drafts.web_draft import NotYourDraft
from bot.services.messaging.room_replacement import versions_of


def require_rooms(wanted: Sequence[str]) -> None:
    """Raises Refusal if no room was named."""
    if not wanted:
        raise Refusal(spoken("In which room? Choose one or several, or type an address."))


@dataclass(frozen=True, slots=True)
class PutOnSale:
    store: Store
    state: RoomState
    standing: Standing
    bot: UserId
    accounts: SellersAccounts
    quotas: Quotas
    clock: Clock

    async def __call__(
        self,
        seller: UserId,
        offer_id: OfferId,
        wanted: Sequence[str],
        *,
        planned: Plan | None = None,
    ) -> None:
        """`wanted`: rooms, by id or alias. `planned`: only if that is still the plan. Raises Refusal."""
        rooms = await self.places(seller, wanted)
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None or offer.seller != seller or offer.state not in _MAY_BE_POSTED:
                raise NotYourDraft
            if planned is not None and offer.plan != planned:
                raise NotYourDraft
            offer.require_complete()
            if offer.state is OfferState.DRAFT:
                await self.quotas.require_offer(uow, seller, self.clock.now())
            await uow.offers.save(offer.publishing(rooms))
            await uow.jobs.add(Publish(offer.id))

    async def places(self, seller: UserId, wanted: Sequence[str]) -> tuple[RoomId, ...]:
        """The rooms where they may sell. Raises Refusal."""
        await self.standing.require(seller, Level.SELLER)
        await self.accounts.require_ready(seller)
        require_rooms(wanted)
        return tuple([await self._room(each, seller) for each in wanted])

    async def _room(self, typed: str, seller: UserId) -> RoomId:
        room = (await versions_of(self.state, await self.state.resolve(typed)))[-1]
        if not await self.state.is_member(room, self.bot):
            raise Refusal(
                spoken(
                    "I am not in {room}. Invite me there ({bot}), then publish again.",
                    room=await self.state.title(room),
                    bot=self.bot,
                )
            )
        if not await self.state.is_member(room, seller):
            raise Refusal(
                spoken(
                    "You are not in {room}. Join it first, then publish again.",
                    room=await self.state.title(room),
                )
            )
        if not (await self.state.power(room, seller, Act.SPEAK)).enough:
            raise Refusal(
                spoken(
                    "You may not write in {room}, so I don't post for you there. Ask somebody who runs it.",
                    room=await self.state.title(room),
                )
            )
        return room


_MAY_BE_POSTED = {OfferState.DRAFT, OfferState.OPEN}
