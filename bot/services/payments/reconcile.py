"""Hints that money moved: taken in once, whichever way they came, and asked about later."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.money.payment_event import PaymentEventRef, Trigger, UnreadableEvent
from bot.errors import OperatorError
from bot.ids import AccountId, CheckoutSessionId, PaymentIntentId
from bot.jobs.operator_jobs import AlertAdmins
from bot.jobs.payment_jobs import (
    PollCheckout,
    ReconcileCheckouts,
    RefreshAccountStatus,
    Settle,
    SettlePayment,
    SyncPaymentEvents,
)
from bot.ports import Clock, PaymentHistory, Store, UnitOfWork
from bot.services.inbound.failed_items import FailedItems, Malformed

_DOOR = "stripe_events"
_EVERY = timedelta(hours=1)
_OVERLAP = timedelta(hours=1)
_TIME_TO_ARRIVE = timedelta(minutes=5)
"""Webhooks may take so long without being late."""
_AT_FIRST = timedelta(days=3)
_AUDIT_EVERY = timedelta(days=1)
_AUDITED = timedelta(days=3)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReceivePaymentEvent:
    """One event of the payment processor, by webhook. When this returns, a crash loses nothing of it."""

    store: Store

    async def __call__(self, hint: PaymentEventRef) -> None:
        async with self.store.begin() as uow:
            await _take(uow, hint, Trigger.WEBHOOK)


@dataclass(frozen=True, slots=True)
class Reconcile:
    """What no webhook brought is found by reading the processor's own record, every hour and every day."""

    store: Store
    history: PaymentHistory
    clock: Clock
    failed: FailedItems

    async def begin(self) -> None:
        """At the start, for it may have been long since the last time."""
        async with self.store.begin() as uow:
            await uow.jobs.add(SyncPaymentEvents(), queueing_lock=True)
            await uow.jobs.add(ReconcileCheckouts(), queueing_lock=True)

    async def read_events(self, _: SyncPaymentEvents) -> None:
        """All events since the last time; the next time in an hour."""
        until = self.clock.now() - _TIME_TO_ARRIVE
        async with self.store.begin() as uow:
            read_until = await uow.operations.payment_events_read_until()
            accounts = await _accounts(uow)
        since = read_until - _OVERLAP if read_until else until - _AT_FIRST
        hints: list[PaymentEventRef | UnreadableEvent] = []
        for account in accounts:
            async with self._account_of(account):
                hints += [hint async for hint in self.history.events(since, until, account)]
        missed: set[str] = set()

        async def take(uow: UnitOfWork, hint: PaymentEventRef | UnreadableEvent) -> None:
            if isinstance(hint, UnreadableEvent):
                if await uow.inbox.accept("payment", hint.event):
                    fault = Malformed(hint.fault)
                    await self.failed.record_in(uow, _DOOR, hint.event, fault)
            elif await _take(uow, hint, Trigger.AUDIT):
                missed.add(hint.event)

        await self.failed.one_by_one(_DOOR, hints, take, lambda hint: hint.event)
        async with self.store.begin() as uow:
            await uow.operations.save_payment_events_read(until)
            await uow.jobs.add(
                SyncPaymentEvents(), at=self.clock.now() + _EVERY, queueing_lock=True
            )
            if missed and read_until:
                log.warning("webhooks were missed", extra={"events": len(missed)})
                await uow.jobs.add(_webhooks_missing(len(missed), until))

    async def audit(self, _: ReconcileCheckouts) -> None:
        """The processor's completed checkouts of the last days, against our records."""
        since = self.clock.now() - _AUDITED
        async with self.store.begin() as uow:
            accounts = await _accounts(uow)
        sessions: list[Settle] = []
        for account in accounts:
            async with self._account_of(account):
                sessions += [
                    Settle(session, Trigger.AUDIT, account)
                    async for session in self.history.completed(since, account)
                ]
        await self.failed.one_by_one(
            "stripe_checkouts", sessions, self._look_at, lambda each: each.session
        )
        async with self.store.begin() as uow:
            await uow.jobs.add(
                ReconcileCheckouts(), at=self.clock.now() + _AUDIT_EVERY, queueing_lock=True
            )

    @asynccontextmanager
    async def _account_of(self, account: AccountId | None) -> AsyncIterator[None]:
        """Leave out a seller's account that cannot be read, so that it holds up no other one, and look at it."""
        try:
            yield
        except OperatorError:
            if account is None:
                raise
            log.warning("a seller's account cannot be read", extra={"account": account})
            async with self.store.begin() as uow:
                await uow.jobs.add(RefreshAccountStatus(account), queueing_lock=True)

    async def _look_at(self, uow: UnitOfWork, settle: Settle) -> None:
        session = settle.session
        purchase = await uow.purchases.by_session(session)
        if purchase is None:
            log.warning("a checkout with our mark is not in the records")
            await uow.jobs.add(settle, queueing_lock=True)
        elif purchase.attempt_of(session).state is not CheckoutStatus.COMPLETE:
            # Perhaps it is just being settled.
            at = self.clock.now() + _TIME_TO_ARRIVE
            await uow.jobs.add(PollCheckout(session, looks=1), at=at, queueing_lock=True)


async def _accounts(uow: UnitOfWork) -> tuple[AccountId | None, ...]:
    """The house's own (None), and those of the sellers."""
    return (None, *[own.account for own in await uow.seller_accounts.all()])


async def _take(uow: UnitOfWork, hint: PaymentEventRef, source: Trigger) -> bool:
    """Turn it into a job, and return whether it came for the first time.

    The processor sends an event again until it is acknowledged, and whenever somebody clicks *Resend* in its
    Dashboard because something went wrong here: that is a reason to ask again, whatever became of the first job.
    """
    first = await uow.inbox.accept("payment", hint.event)
    if not first and source is not Trigger.WEBHOOK:
        return False
    job: Settle | SettlePayment | RefreshAccountStatus
    if hint.is_account:
        job = RefreshAccountStatus(AccountId(hint.about))
    elif hint.is_checkout:
        job = Settle(CheckoutSessionId(hint.about), source, hint.account)
    else:
        job = SettlePayment(PaymentIntentId(hint.about), source, account=hint.account)
    await uow.jobs.add(job, queueing_lock=True)
    # News is a reason to ask at once, even if an earlier question is in back-off.
    await uow.jobs.wake(job.lock)
    return first


def _webhooks_missing(number: int, until: datetime) -> AlertAdmins:
    """Said once a day, however many."""
    events = "an event" if number == 1 else f"{number} events"
    return AlertAdmins(
        f"webhooks missing:{until.date()}",
        f"Stripe has recorded {events} that no webhook brought. I have read them there, so nothing is"
        " lost, but sales take longer. Please check the webhook endpoint (`matrix-ppv doctor`).",
    )
