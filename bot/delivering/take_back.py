"""Taking back: the money is gone, so what was delivered is removed. A key that was seen stays seen."""

from dataclasses import dataclass

from bot.errors import Refusal
from bot.ids import PurchaseId, tx_id
from bot.jobs import TakeBack
from bot.ports import Clock, Rooms, Store
from bot.purchase import Access


@dataclass(frozen=True, slots=True)
class TakeBackDeliveries:
    store: Store
    rooms: Rooms
    clock: Clock

    async def __call__(self, job: TakeBack) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(job.purchase)
        if purchase is None or purchase.access is not Access.REVOKED:
            return
        for delivery in purchase.deliveries:
            if delivery.taken_back_at is not None or delivery.room is None:
                continue
            for handed in delivery.handed:
                tx = tx_id("take back", purchase.id, handed.event)
                try:
                    await self.rooms.redact(
                        delivery.room, handed.event, tx, reason="The payment was refunded."
                    )
                except Refusal:
                    break  # The bot is not in that room any more: there is nothing it can do.
            await self._record(job.purchase, delivery.round)

    async def _record(self, id_: PurchaseId, round_: int) -> None:
        async with self.store.begin() as uow:
            latest = await uow.purchases.get(id_)
            if latest is None:
                return
            await uow.purchases.save(latest.taken_back(round_, self.clock.now()))
