"""Delivering: the goods and their keys, into the buyer's direct room, once for each round."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import methodcaller

from bot.contents import contents
from bot.delivering.direct import DirectRoom
from bot.delivering.handover import HandOver
from bot.delivery import Delivery, Handed
from bot.errors import Broken, Refusal, Transient
from bot.ids import EventId, PaymentIntentId, PurchaseId, RoomId, code_of, tx_id
from bot.jobs import Deliver, ShowGoods
from bot.messages import Bought, OwnGoods, Receipt
from bot.offer import Offer
from bot.ports import Clock, Rooms, RoomState, Store
from bot.purchase import Purchase


@dataclass(frozen=True, slots=True)
class DeliverPurchase:
    store: Store
    rooms: Rooms
    state: RoomState
    direct_room: DirectRoom
    hand_over: HandOver
    clock: Clock
    withdrawal_days: int

    async def __call__(self, job: Deliver) -> None:
        purchase, offer = await _sale(self.store, job.purchase)
        delivery = purchase.deliveries[job.round - 1]
        if not purchase.owned or delivery.done_at is not None:
            return
        room = delivery.room or await self._room_of(purchase)
        header = await self._announce(purchase, offer, room, delivery)
        done = {handed.attachment for handed in delivery.handed}
        for attachment in offer.paid:
            if attachment.id in done:
                continue
            event = await self.rooms.send(
                room,
                await self.hand_over(offer.id, attachment),
                tx_id("deliver", purchase.id, str(job.round), attachment.id),
                reply_to=header,
            )
            handed = Handed(attachment.id, event)
            await self._record(purchase.id, methodcaller("handed", job.round, room, handed))
        if delivery.payment is not None:
            await self._receipt(purchase, offer, room, delivery.payment)
        done_at = self.clock.now()
        await self._record(purchase.id, methodcaller("delivery_done", job.round, done_at))

    async def _room_of(self, purchase: Purchase) -> RoomId:
        try:
            return await self.direct_room(purchase.buyer)
        except Refusal as shut:
            # Paid for, so it waits for ever rather than being refused.
            raise Transient(f"purchase {purchase.id} cannot be handed over yet: {shut}") from shut

    async def _announce(
        self, purchase: Purchase, offer: Offer, room: RoomId, delivery: Delivery
    ) -> EventId:
        return await self.rooms.send(
            room,
            Bought(
                buyer=purchase.buyer,
                text=offer.text,
                contents=contents(offer.paid),
                seller=offer.seller,
                seller_name=await self.state.name_of(offer.seller),
                again=delivery.payment is None,
            ),
            tx_id("bought", purchase.id, str(delivery.round)),
        )

    async def _receipt(
        self, purchase: Purchase, offer: Offer, room: RoomId, intent: PaymentIntentId
    ) -> None:
        payment = purchase.payment(intent)
        if payment is None:
            raise Broken(f"purchase {purchase.id} has no payment to give a receipt for")
        terms = purchase.attempt_of(payment.session).request.terms
        await self.rooms.send(
            room,
            Receipt(
                code=code_of(offer.id),
                text=offer.text,
                price=str(payment.amount),
                tax=str(payment.tax) if payment.tax else None,
                seller=offer.seller,
                paid_at=payment.paid_at,
                terms=terms if payment.consent else None,
                withdrawal_days=0 if payment.consent else self.withdrawal_days,
            ),
            tx_id("receipt", intent),
        )

    async def _record(self, id_: PurchaseId, change: Callable[[Purchase], Purchase]) -> None:
        async with self.store.begin() as uow:
            latest = await uow.purchases.get(id_)
            if latest is not None:
                await uow.purchases.save(change(latest))


@dataclass(frozen=True, slots=True)
class ShowOwnGoods:
    """Sellers look at their own goods, as a buyer gets them, for nothing."""

    store: Store
    rooms: Rooms
    hand_over: HandOver

    async def __call__(self, job: ShowGoods) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None:
            return
        header = await self.rooms.send(
            job.room, OwnGoods(code_of(offer.id)), tx_id("own", job.cause)
        )
        for attachment in offer.paid:
            await self.rooms.send(
                job.room,
                await self.hand_over(offer.id, attachment),
                tx_id("own", job.cause, attachment.id),
                reply_to=header,
            )


async def _sale(store: Store, purchase_id: PurchaseId) -> tuple[Purchase, Offer]:
    async with store.begin() as uow:
        purchase = await uow.purchases.get(purchase_id)
        offer = await uow.offers.get(purchase.offer) if purchase else None
    if purchase is None or offer is None:
        raise Broken(f"purchase {purchase_id} or its offer is not in the records")
    return purchase, offer
