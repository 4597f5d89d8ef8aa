"""Asking for what the processor books late: fees, refunds that wait for money, disputes."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.money.payment_event import Trigger
from bot.jobs.payment_jobs import AwaitBalanceTransaction, SettlePayment
from bot.ports import Clock, Store

FIRST_LOOK_AT_BOOKING = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(days=1)
_MOST_LOOKS = 100
"""About three months. After that, events of the processor still lead to a look."""


@dataclass(frozen=True, slots=True)
class PollBalanceTransaction:
    """Has a payment looked at now and then, less and less often, until all is booked."""

    store: Store
    clock: Clock

    async def __call__(self, job: AwaitBalanceTransaction) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_payment(job.intent)
            payment = purchase.payment(job.intent) if purchase else None
            if payment is None or payment.settled or job.looks >= _MOST_LOOKS:
                return
            await uow.jobs.add(SettlePayment(job.intent, Trigger.POLL), queueing_lock=True)
            pause = min(FIRST_LOOK_AT_BOOKING * 2 ** min(job.looks, 10), _LONGEST_PAUSE)
            later = AwaitBalanceTransaction(job.intent, job.looks + 1)
            await uow.jobs.add(later, at=self.clock.now() + pause)
