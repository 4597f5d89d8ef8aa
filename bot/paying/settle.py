"""Settling: whatever hints that money came in, only what the payment processor says when asked counts."""

import logging
from dataclasses import dataclass

from bot.attempt import AttemptState, Checkout
from bot.ids import CheckoutSessionId
from bot.jobs import Deliver, Settle, TellSeller
from bot.ports import Clock, PaymentProcessor, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettleCheckout:
    """Record what became of a checkout. For webhook, success page and timer alike; repeats do nothing."""

    store: Store
    processor: PaymentProcessor
    clock: Clock
    live: bool
    """Whether this installation takes real money."""

    async def __call__(self, job: Settle) -> None:
        """Raises PaymentMismatch when Stripe's facts and ours differ: nothing is unlocked then."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
        if purchase is None:
            log.info("a checkout that is not ours was left alone")
            return
        if purchase.payment is not None and purchase.payment.session == job.session:
            return
        checkout = await self.processor.checkout(job.session)
        if checkout.complete and checkout.paid:
            await self._paid(checkout)
        elif checkout.expired:
            await self._expired(checkout.session)

    async def _paid(self, checkout: Checkout) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(checkout.session)
            if purchase is None or (
                purchase.payment is not None and purchase.payment.session == checkout.session
            ):
                return
            now = self.clock.now()
            paid = purchase.paid(checkout, live=self.live, at=now).delivering(now)
            await uow.purchases.save(paid)
            await uow.jobs.add(Deliver(paid.id, len(paid.deliveries)))
            await uow.jobs.add(TellSeller(paid.id))

    async def _expired(self, session: CheckoutSessionId) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(session)
            if purchase is None:
                return
            attempt = next(a for a in purchase.attempts if a.session == session)
            if attempt.state is AttemptState.OPEN:
                await uow.purchases.save(purchase.attempt_expired(session))
