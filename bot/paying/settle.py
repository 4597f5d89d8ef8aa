"""Settling: whatever hints that money moved, only what the payment processor says when asked counts."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.attempt import FIRST_LOOK, AttemptState
from bot.hint import Source
from bot.ids import AccountId
from bot.jobs import AlertAdmins, CallIn, CallInAll, SendBack, Settle, SettlePayment, Watch
from bot.offer import NotOnSale
from bot.paying.record import RecordMoney
from bot.ports import Clock, PaymentProcessor, RefundReason, Store
from bot.purchase import Purchase

_ASK_AGAIN = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)
_UNDER_WAY = {AttemptState.OPEN, AttemptState.PROCESSING}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettleCheckout:
    """Record what became of a checkout. For webhook, success page and timer alike; repeats do nothing."""

    store: Store
    processor: PaymentProcessor
    record: RecordMoney
    live: bool
    """Whether this installation takes real money."""

    async def __call__(self, job: Settle) -> None:
        """Raises PaymentMismatch when Stripe's facts and ours differ: nothing is unlocked then."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
        if purchase is None:
            log.info("a checkout that is not ours was left alone")
            return
        attempt = purchase.attempt_of(job.session)
        if attempt.state is AttemptState.COMPLETE:
            return
        if _is_elsewhere(job.source, job.account, attempt.request.account):
            await _alert(self.store, job.session, job.account)
            return
        checkout = await self.processor.checkout(job.session, attempt.request.account)

        def change(latest: Purchase) -> Purchase:
            if checkout.state is AttemptState.COMPLETE:
                return latest.paid(checkout, live=self.live)
            if checkout.state in {AttemptState.OPEN, AttemptState.CREATING}:
                return latest
            return latest.attempt_ended(job.session, checkout.state)

        await self.record(purchase.id, change, Source(job.source))


@dataclass(frozen=True, slots=True)
class WatchCheckout:
    """A checkout that is under way is looked at now and then, less and less often, until it has ended."""

    store: Store
    clock: Clock

    async def __call__(self, job: Watch) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
            if purchase is None or purchase.attempt_of(job.session).state not in _UNDER_WAY:
                return
            await uow.jobs.add(Settle(job.session, Source.CLOCK), once=True)
            pause = min(FIRST_LOOK * 2 ** min(job.looks, 10), _LONGEST_PAUSE)
            await uow.jobs.add(Watch(job.session, job.looks + 1), at=self.clock.now() + pause)


@dataclass(frozen=True, slots=True)
class SettlePaymentFacts:
    """Record what became of a payment since: refunds, disputes, warnings."""

    store: Store
    processor: PaymentProcessor
    record: RecordMoney
    clock: Clock
    refund_on_warning: bool
    """A payment that the card network warns of is refunded at once, which is cheaper than a dispute."""

    async def __call__(self, job: SettlePayment) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_payment(job.intent)
            if purchase is None and not job.again:
                # Perhaps its checkout is just being settled from an answer that is older than this news.
                again = replace(job, again=True)
                await uow.jobs.add(again, at=self.clock.now() + _ASK_AGAIN, once=True)
        payment = purchase.payment(job.intent) if purchase else None
        if purchase is None or payment is None:
            return
        if _is_elsewhere(job.source, job.account, purchase.account_of(payment)):
            await _alert(self.store, job.intent, job.account)
            return
        facts = await self.processor.payment(job.intent, purchase.account_of(payment))
        if facts is None:
            return
        await self.record(purchase.id, lambda latest: latest.learning(facts), Source(job.source))
        if facts.warned and self.refund_on_warning and not payment.learning(facts).gone:
            send_back = SendBack(
                purchase=purchase.id,
                intent=job.intent,
                key=f"warned:{job.intent}",
                reason=RefundReason.FRAUDULENT,
            )
            async with self.store.begin() as uow:
                if await uow.inbox.accept("refund", send_back.key):
                    await uow.jobs.add(send_back)


def _is_elsewhere(source: str, told: AccountId | None, asked: AccountId | None) -> bool:
    """Money of ours moves in the account that we asked for it in; the processor's own word is held to that."""
    return source in {Source.WEBHOOK, Source.AUDIT} and told != asked


async def _alert(store: Store, about: str, account: AccountId | None) -> None:
    words = (
        f"An event of Stripe's names a payment of ours ({about}) in the account {account or 'of the house'},"
        " where we never asked for it. I have left it alone."
    )
    async with store.begin() as uow:
        await uow.jobs.add(AlertAdmins(f"wrong account:{about}:{account}", words), once=True)


@dataclass(frozen=True, slots=True)
class CallInCheckouts:
    """Checkouts whose price is not asked any more are ended; one that was paid meanwhile counts."""

    store: Store
    processor: PaymentProcessor

    async def all_of(self, job: CallInAll) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            if offer is None:
                return
            try:
                price = offer.require_on_sale()
            except NotOnSale:
                price = None
            for purchase in await uow.sales.in_checkout(job.offer):
                for attempt in purchase.attempts:
                    stale = attempt.state is AttemptState.OPEN and attempt.request.price != price
                    if stale and attempt.session:
                        await uow.jobs.add(CallIn(attempt.session), once=True)

    async def one(self, job: CallIn) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
        if purchase is None:
            return
        await self.processor.expire(job.session, purchase.attempt_of(job.session).request.account)
        async with self.store.begin() as uow:
            await uow.jobs.add(Settle(job.session, Source.OURSELVES), once=True)
