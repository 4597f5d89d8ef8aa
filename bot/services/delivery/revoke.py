"""Redact delivered messages after a refund. Keys that a client has received already cannot be revoked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.domain.purchases.delivery import Delivery
from bot.domain.purchases.purchase import Access, Purchase
from bot.errors import UserError
from bot.ids import EventId, PurchaseId, RoomId, sale_code_of, tx_id
from bot.jobs.delivery_jobs import Deliver, RevokeDelivery
from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Rooms, Store
from bot.services.messaging.send_once import was_sent


@dataclass(frozen=True, slots=True)
class RevokeDeliveries:
    store: Store
    rooms: Rooms
    clock: Clock

    async def __call__(self, job: RevokeDelivery) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(job.purchase)
            offer = await uow.offers.get(purchase.offer) if purchase else None
            direct = await uow.direct_rooms.of(purchase.buyer) if purchase else None
        if purchase is None or purchase.access is not Access.REVOKED:
            return
        for delivery in purchase.deliveries:
            room = delivery.room or direct
            if delivery.revoked_at is not None or room is None:
                continue
            try:
                async for event_room, event in self._delivered_events(
                    purchase, offer, delivery, room
                ):
                    tx = tx_id("take back", purchase.id, event)
                    await self.rooms.redact(
                        event_room, event, tx, reason="The payment was refunded."
                    )
            except UserError as refusal:
                # Skip the room, because the bot can redact nothing in a room that it has left.
                await self._alert_admins(purchase, delivery, refusal)
            await self._record(job.purchase, delivery.number)

    async def _alert_admins(
        self, purchase: Purchase, delivery: Delivery, refusal: UserError
    ) -> None:
        message = (
            f"Sale {sale_code_of(purchase.id)} was refunded, but what I sent for it still stands in the buyer's chat:"
            f" {refusal}"
        )
        key = f"not taken back:{purchase.id}:{delivery.number}"
        async with self.store.begin() as uow:
            await uow.jobs.add(AlertAdmins(key, message), queueing_lock=True)

    async def _delivered_events(
        self, purchase: Purchase, offer: Offer | None, delivery: Delivery, room: RoomId
    ) -> AsyncIterator[tuple[RoomId, EventId]]:
        """Yield the events to redact, including those sent but not recorded because a refund came during delivery."""
        for delivered in delivery.files:
            yield delivered.room or room, delivered.event
        if offer is None or delivery.done_at is not None:
            return
        for attachment in offer.paid:
            if not delivery.is_delivered(attachment.id, room):
                tx = delivery.txn_id_for(purchase.id, attachment.id)
                sent = await was_sent(self.rooms, room, delivery, tx)
                if sent is not None:
                    yield room, sent

    async def _record(self, id_: PurchaseId, round_: int) -> None:
        async with self.store.begin() as uow:
            latest = await uow.purchases.get(id_)
            if latest is None:
                return
            now = self.clock.now()
            latest = latest.with_revoked(round_, now)
            if latest.has_access and latest.deliveries[-1].number == round_:
                # Access was granted again meanwhile, which added no delivery, because nothing was redacted yet.
                latest = latest.with_delivery(now)
                redelivery = Deliver(latest.id, latest.deliveries[-1].number, latest.buyer)
                await uow.jobs.add(redelivery, queueing_lock=True)
            await uow.purchases.save(latest)
