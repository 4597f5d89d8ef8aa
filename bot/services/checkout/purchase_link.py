"""The personal purchase link: created once per buyer and offer, sent to the buyer's direct room."""

import secrets
from dataclasses import dataclass

from bot.domain.matrix.private_room import ProvedRoom
from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import Offer
from bot.domain.purchases.purchase import Purchase
from bot.domain.urls import PublicUrls
from bot.ids import LinkToken, TxId, UserId, code_of, purchase_id
from bot.messages import PersonalLink
from bot.ports import Clock, Rooms, RoomState, Store, UnitOfWork
from bot.services.checkout.owned_elsewhere import owned_elsewhere


@dataclass(frozen=True, slots=True)
class PurchaseLinks:
    store: Store
    rooms: Rooms
    state: RoomState
    clock: Clock
    urls: PublicUrls

    async def purchase(self, uow: UnitOfWork, offer: Offer, buyer: UserId) -> Purchase:
        """Return the buyer's purchase of the offer; create it, with its link, if there is none."""
        id_ = purchase_id(offer.id, buyer)
        known = await uow.purchases.get(id_)
        if known is not None:
            return known
        purchase = Purchase(
            id=id_,
            offer=offer.id,
            buyer=buyer,
            pay_token=LinkToken(secrets.token_urlsafe(18)),
            created_at=self.clock.now(),
        )
        await uow.purchases.save(purchase)
        return purchase

    async def show(
        self, room: ProvedRoom, offer: Offer, purchase: Purchase, tx: TxId, *, typed: bool = False
    ) -> None:
        """Send the link. `typed`: it was requested on a page by typing the Matrix ID, perhaps by another person."""
        async with self.store.begin() as uow:
            duplicates = await owned_elsewhere(uow, offer, purchase.buyer)
        await self.rooms.confide(
            room,
            PersonalLink(
                buyer=purchase.buyer,
                text=offer.text,
                price=str(offer.price),
                contents=summary_line(offer.paid),
                seller=offer.seller,
                seller_name=await self.state.name_of(offer.seller),
                link=self.urls.personal(offer.id, purchase.pay_token),
                typed=typed,
                already=tuple(
                    (duplicate.name, code_of(duplicate.offer)) for duplicate in duplicates
                ),
            ),
            tx,
        )
