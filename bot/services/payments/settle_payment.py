"""Settling: whatever hints that money moved, only what the payment processor says when asked counts."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.money.checkout_attempt import FIRST_POLL_DELAY, CheckoutStatus
from bot.domain.money.payment import PaymentSnapshot
from bot.domain.money.payment_event import Trigger
from bot.domain.offers.offer import Offer
from bot.domain.purchases.purchase import Purchase
from bot.ids import AccountId, PurchaseId
from bot.jobs.operator_jobs import AlertAdmins
from bot.jobs.payment_jobs import ExpireCheckout, PollCheckout, RefundPayment, Settle, SettlePayment
from bot.ports import Clock, PaymentProcessor, RefundReason, Store, UnitOfWork
from bot.services.checkout.payment_objection import payment_objection
from bot.services.payments.record_payment import RecordPayment
from bot.services.payments.recover_purchases import found_again, unknown_payment

_ASK_AGAIN = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=6)
_UNDER_WAY = {CheckoutStatus.OPEN, CheckoutStatus.PROCESSING}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettleCheckout:
    """Record what became of a checkout. For webhook, success page and timer alike; repeats do nothing."""

    store: Store
    processor: PaymentProcessor
    record_payment: RecordPayment
    clock: Clock
    live: bool
    """Whether this installation takes real money."""

    async def __call__(self, job: Settle) -> None:
        """Raises PaymentMismatch when Stripe's facts and ours differ: nothing is unlocked then."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
        purchase = purchase or await self._unheard_of(job)
        if purchase is None:
            return
        attempt = purchase.attempt_of(job.session)
        if attempt.state is CheckoutStatus.COMPLETE:
            return
        if _is_elsewhere(job.source, job.account, attempt.request.account):
            await _alert(self.store, job.session, job.account)
            return
        checkout = await self.processor.checkout(job.session, attempt.request.account)

        async def change(uow: UnitOfWork, latest: Purchase, offer: Offer) -> Purchase:
            found = await payment_objection(uow, latest, offer, latest.attempt_of(job.session))
            if checkout.state is CheckoutStatus.COMPLETE:
                unwanted = found is not None and found.refunds
                return latest.with_payment(checkout, live=self.live, unwanted=unwanted)
            if checkout.state is CheckoutStatus.OPEN:
                if found is not None and job.source is not Trigger.RETURN_PAGE:
                    await uow.jobs.add(ExpireCheckout(job.session), queueing_lock=True)
                return latest
            return latest.attempt_ended(job.session, checkout.state)

        await self.record_payment(purchase.id, change, Trigger(job.source))

    async def _unheard_of(self, job: Settle) -> Purchase | None:
        """Return the purchase of a checkout that the processor made for us, but that our records do not know.

        Either its answer never came, or the records are older than it. Money for an offer that is lost as well goes
        back; where it cannot be told whose it was, admins are told of it.
        """
        checkout = await self.processor.checkout(job.session, job.account)
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(PurchaseId(checkout.reference or ""))
            for attempt in purchase.attempts if purchase else ():
                asked = (attempt.number, attempt.request.account) == (checkout.attempt, job.account)
                if purchase and asked and attempt.state is CheckoutStatus.CREATING:
                    opened = purchase.attempt_opened(attempt.number, job.session, checkout.url)
                    await uow.purchases.save(opened)
            known = await uow.purchases.by_session(job.session)
            if known is not None:
                return known
            mark = uow.checkout_marks.open(checkout, job.account)
            found = await found_again(uow, purchase, checkout, mark, job.account, self.clock)
            if found is not None:
                await uow.purchases.save(found)
                log.warning("a checkout that was not in the records was found again")
                return found
            for lost in unknown_payment(checkout, mark, job.account):
                await uow.jobs.add(lost, queueing_lock=True)
            return None


@dataclass(frozen=True, slots=True)
class CheckoutPoller:
    """A checkout that is under way is looked at now and then, less and less often, until it has ended."""

    store: Store
    clock: Clock

    async def __call__(self, job: PollCheckout) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
            if purchase is None or purchase.attempt_of(job.session).state not in _UNDER_WAY:
                return
            await uow.jobs.add(Settle(job.session, Trigger.POLL), queueing_lock=True)
            pause = min(FIRST_POLL_DELAY * 2 ** min(job.looks, 10), _LONGEST_PAUSE)
            await uow.jobs.add(
                PollCheckout(job.session, job.looks + 1), at=self.clock.now() + pause
            )


@dataclass(frozen=True, slots=True)
class SettlePaymentSnapshot:
    """Record what became of a payment since: refunds, disputes, warnings."""

    store: Store
    processor: PaymentProcessor
    record_payment: RecordPayment
    clock: Clock
    refund_on_warning: bool
    """A payment that the card network warns of is refunded at once, which is cheaper than a dispute."""

    async def __call__(self, job: SettlePayment) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_payment(job.intent)
            if purchase is None and not job.again:
                # Perhaps its checkout is just being settled from an answer that is older than this news.
                again = replace(job, again=True)
                await uow.jobs.add(again, at=self.clock.now() + _ASK_AGAIN, queueing_lock=True)
            elif purchase is not None and job.again:
                # Under its own lock, so that a payment is asked about once at a time and the last answer is the newest.
                await uow.jobs.add(replace(job, again=False), queueing_lock=True)
                return
        payment = purchase.payment(job.intent) if purchase else None
        if purchase is None and job.again:
            await self._find_checkout(job)
        if purchase is None or payment is None:
            return
        if _is_elsewhere(job.source, job.account, purchase.account_of(payment)):
            await _alert(self.store, job.intent, job.account)
            return
        facts = await self.processor.payment(job.intent, purchase.account_of(payment))
        if facts is None:
            return

        async def change(_: UnitOfWork, latest: Purchase, __: Offer) -> Purchase:
            return latest.with_snapshot(facts)

        await self.record_payment(purchase.id, change, Trigger(job.source))
        if (
            facts.fraud_warning
            and self.refund_on_warning
            and not payment.merged_with(facts).is_reversed
        ):
            send_back = RefundPayment(
                purchase=purchase.id,
                intent=job.intent,
                key=f"warned:{job.intent}",
                reason=RefundReason.FRAUDULENT,
            )
            async with self.store.begin() as uow:
                if await uow.inbox.accept("refund", f"{send_back.key}{_again(facts)}"):
                    await uow.jobs.add(send_back)

    async def _find_checkout(self, job: SettlePayment) -> None:
        """Have the payment's checkout settled, if it is ours: the records may be older than the payment."""
        session = await self.processor.checkout_of(job.intent, job.account)
        if session is not None:
            async with self.store.begin() as uow:
                await uow.jobs.add(Settle(session, job.source, job.account), queueing_lock=True)


def _again(facts: PaymentSnapshot) -> str:
    """What tells the second try of a refund that failed from the first one; there is no third one by itself."""
    return ":again" if any(refund.failed for refund in facts.refunds) else ""


def _is_elsewhere(source: str, told: AccountId | None, asked: AccountId | None) -> bool:
    """Money of ours moves in the account that we asked for it in; the processor's own word is held to that."""
    return source in {Trigger.WEBHOOK, Trigger.AUDIT} and told != asked


async def _alert(store: Store, about: str, account: AccountId | None) -> None:
    words = (
        f"An event of Stripe's names a payment of ours ({about}) in the account {account or 'of the house'},"
        " where we never asked for it. I have left it alone."
    )
    async with store.begin() as uow:
        await uow.jobs.add(
            AlertAdmins(f"wrong account:{about}:{account}", words), queueing_lock=True
        )
