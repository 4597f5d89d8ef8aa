"""Poll payments whose balance transactions Stripe books late: fees, pending refunds, disputes."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.money.payment_event import Trigger
from bot.jobs.payment_jobs import AwaitBalanceTransaction, SettlePayment
from bot.ports import Clock, Store

FIRST_LOOK_AT_BOOKING = timedelta(minutes=5)
_MAX_PAUSE = timedelta(days=1)
_MAX_POLLS = 100
"""About three months. After that, only Stripe's events make the payment be read again."""


@dataclass(frozen=True, slots=True)
class PollBalanceTransaction:
    """Enqueue SettlePayment with exponential back-off until everything is booked."""

    store: Store
    clock: Clock

    async def __call__(self, job: AwaitBalanceTransaction) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_payment(job.intent)
            payment = purchase.payment(job.intent) if purchase else None
            if payment is None or payment.settled or job.looks >= _MAX_POLLS:
                return
            await uow.jobs.add(SettlePayment(job.intent, Trigger.POLL), queueing_lock=True)
            pause = min(FIRST_LOOK_AT_BOOKING * 2 ** min(job.looks, 10), _MAX_PAUSE)
            later = AwaitBalanceTransaction(job.intent, job.looks + 1)
            await uow.jobs.add(later, at=self.clock.now() + pause)
