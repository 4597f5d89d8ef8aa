"""Ending checkouts that are open and must not be paid any more; one that was paid meanwhile counts."""

from dataclasses import dataclass

from bot.domain.money.checkout_attempt import AttemptState
from bot.domain.money.payment_event import Source
from bot.domain.offers.offer import Offer
from bot.domain.purchases.purchase import Purchase
from bot.ids import UserId
from bot.jobs import CallIn, CallInAll, Settle
from bot.ports import PaymentProcessor, Store, UnitOfWork
from bot.services.checkout.payment_objection import objection


@dataclass(frozen=True, slots=True)
class CallInCheckouts:
    store: Store
    processor: PaymentProcessor

    async def all_of(self, job: CallInAll) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            for purchase in await uow.purchases.in_checkout(job.offer):
                if offer is not None:
                    await _call_in(uow, purchase, offer)

    async def one(self, job: CallIn) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
        if purchase is None:
            return
        await self.processor.expire(job.session, purchase.attempt_of(job.session).request.account)
        async with self.store.begin() as uow:
            await uow.jobs.add(Settle(job.session, Source.OURSELVES), once=True)


async def call_in_checkouts_of(uow: UnitOfWork, buyer: UserId) -> None:
    """End all that something stands against, now that the buyer stands differently here."""
    for purchase in await uow.purchases.claimed_by(buyer):
        offer = await uow.offers.get(purchase.offer)
        if offer is not None:
            await _call_in(uow, purchase, offer)


async def _call_in(uow: UnitOfWork, purchase: Purchase, offer: Offer) -> None:
    for attempt in purchase.attempts:
        if attempt.state is not AttemptState.OPEN or attempt.session is None:
            continue
        if await objection(uow, purchase, offer, attempt) is not None:
            await uow.jobs.add(CallIn(attempt.session), once=True)
