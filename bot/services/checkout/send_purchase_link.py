"""Send the personal purchase link to a buyer who reacted or typed a command in Matrix."""

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
    """No offer has this code."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "I know no offer with that code. Please check it: it looks like K7QM2-XPA4E."
            )
        )


@dataclass(frozen=True, slots=True)
class SendPurchaseLink:
    """Send the link to the direct room of the buyer, whom Matrix authenticated.

    The direct room is opened before the payment, because the files are delivered there.
    """

    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    authorizer: Authorizer
    clock: Clock
    purchase_links: PurchaseLinks

    async def __call__(self, offer_id: OfferId, buyer: UserId, cause: EventId) -> None:
        """Send the link; owners get the files again, and the seller gets a copy. Raises UserError."""
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
            # Do not reveal payment state in rooms with other members.
            await self.rooms.confide(room, Line(refusal.words), tx_id("link", cause))
            return
        await self.purchase_links.show(room, offer, purchase, tx_id("link", cause))
