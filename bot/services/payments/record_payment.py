"""Record a payment: save the purchase, its ledger entries and the follow-up jobs in one unit of work."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.money.payment_event import Trigger
from bot.domain.offers.offer import Offer
from bot.domain.purchases.ledger import entries_of
from bot.domain.purchases.purchase import Purchase
from bot.errors import OperatorError
from bot.ids import PurchaseId
from bot.jobs.delivery_jobs import RevokeDelivery
from bot.jobs.payment_jobs import AwaitBalanceTransaction
from bot.ports import Clock, Store, UnitOfWork
from bot.services.payments.await_booking import FIRST_LOOK_AT_BOOKING
from bot.services.payments.payment_effects import payment_effects

Change = Callable[[UnitOfWork, Purchase, Offer], Awaitable[Purchase]]
"""Return the changed purchase, given its latest state and its offer within the unit of work that saves it."""


@dataclass(frozen=True, slots=True)
class RecordPayment:
    store: Store
    clock: Clock

    async def __call__(self, purchase: PurchaseId, change: Change, source: Trigger) -> None:
        """Apply `change`, idempotently. Raises what `change` raises, and ConcurrentUpdate."""
        async with self.store.begin() as uow:
            before = await uow.purchases.get(purchase)
            offer = await uow.offers.get(before.offer) if before else None
            if before is None or offer is None:
                raise OperatorError(f"purchase {purchase} or its offer is not in the records")
            changed = await change(uow, before, offer)
            if changed == before:
                return
            after, jobs = payment_effects(before, changed, self.clock.now(), source)
            await uow.purchases.save(after)
            for entry in entries_of(after, offer.seller):
                await uow.ledger.add(entry)
            for payment in after.payments:
                known = before.payment(payment.intent)
                if not payment.settled and (known is None or known.settled):
                    at = self.clock.now() + FIRST_LOOK_AT_BOOKING
                    await uow.jobs.add(
                        AwaitBalanceTransaction(payment.intent), at=at, queueing_lock=True
                    )
            for job in jobs:
                await uow.jobs.add(job, queueing_lock=True)
                if isinstance(job, RevokeDelivery):
                    # A delivery in back-off stands before it under its lock, and has nothing to do any more.
                    await uow.jobs.wake(job.lock)
