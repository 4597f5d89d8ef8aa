"""Settle checkouts and payments: events only trigger a read; the state that Stripe's API returns is recorded."""

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
from bot.services.payments.recover_purchases import recover_purchase, unknown_payment

_UNKNOWN_PAYMENT_DELAY = timedelta(minutes=5)
_MAX_PAUSE = timedelta(hours=6)
_PENDING = {CheckoutStatus.OPEN, CheckoutStatus.PROCESSING}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SettleCheckout:
    """Record the state of a checkout, for webhook, success page and poll alike. Idempotent."""

    store: Store
    processor: PaymentProcessor
    record_payment: RecordPayment
    clock: Clock
    live: bool
    """Whether this installation uses Stripe's live mode."""

    async def __call__(self, job: Settle) -> None:
        """Raises PaymentMismatch if Stripe's amounts and ours differ; nothing is delivered then."""
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
        purchase = purchase or await self._recover(job)
        if purchase is None:
            return
        attempt = purchase.attempt_of(job.session)
        if attempt.state is CheckoutStatus.COMPLETE:
            return
        if _is_wrong_account(job.source, job.account, attempt.request.account):
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

    async def _recover(self, job: Settle) -> Purchase | None:
        """Return the purchase of a checkout that is missing in the store, or None.

        Either Stripe's response was lost, or the store was restored from an older backup. A payment for an offer
        that is missing too is refunded; if its buyer is unknown, the admins are alerted.
        """
        checkout = await self.processor.checkout(job.session, job.account)
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(PurchaseId(checkout.reference or ""))
            for attempt in purchase.attempts if purchase else ():
                expected = (attempt.number, attempt.request.account) == (
                    checkout.attempt,
                    job.account,
                )
                if purchase and expected and attempt.state is CheckoutStatus.CREATING:
                    opened = purchase.attempt_opened(attempt.number, job.session, checkout.url)
                    await uow.purchases.save(opened)
            known = await uow.purchases.by_session(job.session)
            if known is not None:
                return known
            mark = uow.checkout_marks.open(checkout, job.account)
            found = await recover_purchase(uow, purchase, checkout, mark, job.account, self.clock)
            if found is not None:
                await uow.purchases.save(found)
                log.warning("checkout missing in the store recovered")
                return found
            for follow_up in unknown_payment(checkout, mark, job.account):
                await uow.jobs.add(follow_up, queueing_lock=True)
            return None


@dataclass(frozen=True, slots=True)
class CheckoutPoller:
    """Poll a checkout with exponential back-off until it has ended."""

    store: Store
    clock: Clock

    async def __call__(self, job: PollCheckout) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_session(job.session)
            if purchase is None or purchase.attempt_of(job.session).state not in _PENDING:
                return
            await uow.jobs.add(Settle(job.session, Trigger.POLL), queueing_lock=True)
            pause = min(FIRST_POLL_DELAY * 2 ** min(job.looks, 10), _MAX_PAUSE)
            await uow.jobs.add(
                PollCheckout(job.session, job.looks + 1), at=self.clock.now() + pause
            )


@dataclass(frozen=True, slots=True)
class SettlePaymentSnapshot:
    """Record the refunds, disputes and fraud warnings of a payment."""

    store: Store
    processor: PaymentProcessor
    record_payment: RecordPayment
    clock: Clock
    refund_on_warning: bool
    """Refund at once on an early fraud warning, because a dispute costs more."""

    async def __call__(self, job: SettlePayment) -> None:
        async with self.store.begin() as uow:
            purchase = await uow.purchases.by_payment(job.intent)
            if purchase is None and not job.again:
                # Its checkout may be in the course of being settled from a response older than this event.
                retry = replace(job, again=True)
                await uow.jobs.add(
                    retry, at=self.clock.now() + _UNKNOWN_PAYMENT_DELAY, queueing_lock=True
                )
            elif purchase is not None and job.again:
                # Under its own lock, so that a payment is asked about once at a time and the last answer is the newest.
                await uow.jobs.add(replace(job, again=False), queueing_lock=True)
                return
        payment = purchase.payment(job.intent) if purchase else None
        if purchase is None and job.again:
            await self._find_checkout(job)
        if purchase is None or payment is None:
            return
        if _is_wrong_account(job.source, job.account, purchase.account_of(payment)):
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
            refund = RefundPayment(
                purchase=purchase.id,
                intent=job.intent,
                key=f"warned:{job.intent}",
                reason=RefundReason.FRAUDULENT,
            )
            async with self.store.begin() as uow:
                if await uow.inbox.accept("refund", f"{refund.key}{_retry_suffix(facts)}"):
                    await uow.jobs.add(refund)

    async def _find_checkout(self, job: SettlePayment) -> None:
        """Settle the checkout of an unknown payment, because the store may be older than the payment."""
        session = await self.processor.checkout_of(job.intent, job.account)
        if session is not None:
            async with self.store.begin() as uow:
                await uow.jobs.add(Settle(session, job.source, job.account), queueing_lock=True)


def _retry_suffix(facts: PaymentSnapshot) -> str:
    """Return the key suffix of the second attempt after a failed refund. There is no third automatic attempt."""
    return ":again" if any(refund.failed for refund in facts.refunds) else ""


def _is_wrong_account(source: str, reported: AccountId | None, expected: AccountId | None) -> bool:
    """Return whether an event names another account than the one in which we created the checkout."""
    return source in {Trigger.WEBHOOK, Trigger.AUDIT} and reported != expected


async def _alert(store: Store, about: str, account: AccountId | None) -> None:
    message = (
        f"An event of Stripe's names a payment of ours ({about}) in the account {account or 'of the house'},"
        " where we never asked for it. I have left it alone."
    )
    async with store.begin() as uow:
        await uow.jobs.add(
            AlertAdmins(f"wrong account:{about}:{account}", message), queueing_lock=True
        )
