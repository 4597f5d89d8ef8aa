"""Expire open checkouts that must not be paid any more. A payment that arrived before counts."""

from dataclasses import dataclass

from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.money.payment_event import Trigger
from bot.domain.offers.offer import Offer
from bot.domain.purchases.purchase import Purchase
from bot.ids import UserId
from bot.jobs.payment_jobs import ExpireCheckout, ExpireOfferCheckouts, Settle
from bot.ports import PaymentProcessor, Store, UnitOfWork
from bot.services.checkout.payment_objection import payment_objection


@dataclass(frozen=True, slots=True)
class ExpireCheckouts:
    store: Store
    processor: PaymentProcessor

    async def all_of(self, job: ExpireOfferCheckouts) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            for purchase in await uow.purchases.in_checkout(job.offer):
                if offer is not None:
                    await _expire(uow, purchase, offer)

    async def one(self, job: ExpireCheckout) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
        if purchase is None:
            return
        await self.processor.expire(job.session, purchase.attempt_of(job.session).request.account)
        async with self.store.begin() as uow:
            await uow.jobs.add(Settle(job.session, Trigger.RETURN_PAGE), queueing_lock=True)


async def expire_checkouts_of(uow: UnitOfWork, buyer: UserId) -> None:
    """Expire the buyer's checkouts that have a payment objection after the buyer's permissions changed."""
    for purchase in await uow.purchases.claimed_by(buyer):
        offer = await uow.offers.get(purchase.offer)
        if offer is not None:
            await _expire(uow, purchase, offer)


async def _expire(uow: UnitOfWork, purchase: Purchase, offer: Offer) -> None:
    for attempt in purchase.attempts:
        if attempt.state is not CheckoutStatus.OPEN or attempt.session is None:
            continue
        if await payment_objection(uow, purchase, offer, attempt) is not None:
            await uow.jobs.add(ExpireCheckout(attempt.session), queueing_lock=True)
