"""Giving: a seller lets somebody have an offer for no money."""

from dataclasses import dataclass

from bot.domain.money.payment_event import Source
from bot.domain.offers.offer import Offer
from bot.domain.people.permissions import Level
from bot.domain.purchases.purchase import Purchase
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import OfferId, UserId
from bot.ports import Clock, RoomState, Store, UnitOfWork
from bot.services.auth.authorization import Standing
from bot.services.checkout.purchase_link import PersonalLinks
from bot.services.checkout.send_purchase_link import UnknownOffer
from bot.services.payments.record_payment import RecordMoney


@dataclass(frozen=True, slots=True)
class GiveAway:
    store: Store
    state: RoomState
    standing: Standing
    personal: PersonalLinks
    record: RecordMoney
    clock: Clock

    async def __call__(self, offer_id: OfferId, giver: UserId, to: UserId) -> None:
        """Delivered like what is bought; once. Raises Refusal."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
        if offer is None or offer.seller != giver:
            raise UnknownOffer
        await self._require_fitting(offer, to)
        async with self.store.begin() as uow:
            purchase = await self.personal.purchase(uow, offer, to)
        now = self.clock.now()

        async def change(_: UnitOfWork, latest: Purchase, offer: Offer) -> Purchase:
            """Looks once more: it may have been bought or taken down while the rooms were asked."""
            offer.require_allowed()
            offer.require_kept()
            if latest.owned and latest.given_at is None:
                raise Refusal(spoken("{to} has bought it already.", to=to))
            return latest.given(now)

        await self.record(purchase.id, change, Source.OURSELVES)

    async def _require_fitting(self, offer: Offer, to: UserId) -> None:
        """The bot writes to nobody who is not where the offer stands."""
        offer.require_allowed()
        offer.require_kept()
        if to == offer.seller:
            raise Refusal(
                spoken("It is yours: `!ppv buy` with its code shows you how buyers get it.")
            )
        rooms = [listing.room for listing in offer.listings]
        if not any([await self.state.is_member(room, to) for room in rooms]):
            raise Refusal(
                spoken(
                    "I don't see {to} in any room where this offer stands, so I can't write to them. Invite"
                    " them there first.",
                    to=to,
                )
            )
        if not await self.standing.may(to, Level.BUYER):
            raise Refusal(spoken("{to} is not let in here by the people who run this.", to=to))
