"""Gifts: a seller grants a user access to an offer without a payment."""

from dataclasses import dataclass

from bot.domain.money.payment_event import Trigger
from bot.domain.offers.offer import Offer
from bot.domain.people.permissions import Level
from bot.domain.purchases.purchase import Purchase
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, UserId
from bot.ports import Clock, RoomState, Store, UnitOfWork
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.purchase_link import PurchaseLinks
from bot.services.checkout.send_purchase_link import UnknownOffer
from bot.services.payments.record_payment import RecordPayment


@dataclass(frozen=True, slots=True)
class GiftPurchase:
    store: Store
    state: RoomState
    authorizer: Authorizer
    purchase_links: PurchaseLinks
    record_payment: RecordPayment
    clock: Clock

    async def __call__(self, offer_id: OfferId, giver: UserId, to: UserId) -> None:
        """Grant `to` access and deliver like a purchase. A repeated call does nothing. Raises UserError."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
        if offer is None or offer.seller != giver:
            raise UnknownOffer
        await self._require_allowed(offer, to)
        async with self.store.begin() as uow:
            purchase = await self.purchase_links.purchase(uow, offer, to)
        now = self.clock.now()

        async def change(_: UnitOfWork, latest: Purchase, offer: Offer) -> Purchase:
            """Check again, because the offer may have been bought or taken down while room state was read."""
            offer.require_not_taken_down()
            offer.require_files()
            if latest.has_access and latest.gifted_at is None:
                raise UserError(gettext_lazy("{to} has bought it already.", to=to))
            return latest.gifted(now)

        await self.record_payment(purchase.id, change, Trigger.RETURN_PAGE)

    async def _require_allowed(self, offer: Offer, to: UserId) -> None:
        """Raise UserError unless `to` is a buyer in a room of the offer, so that the bot messages no strangers."""
        offer.require_not_taken_down()
        offer.require_files()
        if to == offer.seller:
            raise UserError(
                gettext_lazy("It is yours: `!ppv buy` with its code shows you how buyers get it.")
            )
        rooms = [listing.room for listing in offer.listings]
        if not any([await self.state.is_member(room, to) for room in rooms]):
            raise UserError(
                gettext_lazy(
                    "I don't see {to} in any room where this offer stands, so I can't write to them. Invite"
                    " them there first.",
                    to=to,
                )
            )
        if not await self.authorizer.allows(to, Level.BUYER):
            raise UserError(
                gettext_lazy("{to} is not let in here by the people who run this.", to=to)
            )
