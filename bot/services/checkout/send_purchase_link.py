"""Buying: from somebody's wish, shown over Matrix, to a link that is theirs alone."""

from dataclasses import dataclass

from bot.domain.people.permissions import Level
from bot.domain.purchases.purchase import Access
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import EventId, OfferId, UserId, purchase_id, tx_id
from bot.jobs.offer_jobs import SendSellerCopy
from bot.messages import Line
from bot.ports import Clock, Rooms, Store
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.purchase_link import PurchaseLinks
from bot.services.delivery.redeliver import deliver_again
from bot.services.messaging.direct_room import DirectRoom


class UnknownOffer(UserError):
    """No such code."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "I know no offer with that code. Please check it: it looks like K7QM2-XPA4E."
            )
        )


@dataclass(frozen=True, slots=True)
class SendPurchaseLink:
    """Somebody asked to buy, and Matrix vouches for who it is: the link goes to them alone.

    The direct room comes before the money, for what is paid must have a place to go.
    """

    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    authorizer: Authorizer
    clock: Clock
    purchase_links: PurchaseLinks

    async def __call__(self, offer_id: OfferId, buyer: UserId, cause: EventId) -> None:
        """Those who own it get it once more; sellers see their own. Raises UserError."""
        await self.authorizer.require(buyer, Level.BUYER)
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None:
                raise UnknownOffer
            offer.require_not_taken_down()
            purchase = await uow.purchases.get(purchase_id(offer_id, buyer))
        begun = purchase is not None and purchase.access is not Access.NONE
        if not begun and buyer != offer.seller:
            offer.require_on_sale()
        if buyer == offer.seller:
            offer.require_files()
        room = await self.direct_room(buyer)
        async with self.store.begin() as uow:
            if buyer == offer.seller:
                await uow.jobs.add(SendSellerCopy(offer_id, room.id, cause), queueing_lock=True)
                return
            offer = await uow.offers.get(offer_id) or offer
            offer.require_not_taken_down()
            purchase = await self.purchase_links.purchase(uow, offer, buyer)
            if purchase.has_access:
                if await uow.inbox.accept("again", cause):
                    await deliver_again(uow, purchase, self.clock.now())
                return
        try:
            purchase.require_payable()
            offer.require_on_sale()
        except UserError as refusal:
            # How it stands with somebody's money is no matter for a room with others.
            await self.rooms.confide(room, Line(refusal.words), tx_id("link", cause))
            return
        await self.purchase_links.show(room, offer, purchase, tx_id("link", cause))
