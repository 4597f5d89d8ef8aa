"""Turn payment events into jobs once per event, and find events that no webhook delivered."""

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

_SOURCE = "stripe_events"
_SYNC_INTERVAL = timedelta(hours=1)
_OVERLAP = timedelta(hours=1)
_WEBHOOK_GRACE_PERIOD = timedelta(minutes=5)
"""A webhook that arrives within this time is not counted as missed."""
_FIRST_SYNC_PERIOD = timedelta(days=3)
_AUDIT_INTERVAL = timedelta(days=1)
_AUDITED_PERIOD = timedelta(days=3)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReceivePaymentEvent:
    """Store an event that Stripe sent by webhook. Once this returns, the event survives a crash."""

    store: Store

    async def __call__(self, event: PaymentEventRef) -> None:
        async with self.store.begin() as uow:
            await _enqueue(uow, event, Trigger.WEBHOOK)


@dataclass(frozen=True, slots=True)
class Reconcile:
    """Find what no webhook delivered: read Stripe's events every hour and its completed checkouts every day."""

    store: Store
    history: PaymentHistory
    clock: Clock
    failed: FailedItems

    async def begin(self) -> None:
        """Enqueue both jobs at start, because the bot may have been down for long."""
        async with self.store.begin() as uow:
            await uow.jobs.add(SyncPaymentEvents(), queueing_lock=True)
            await uow.jobs.add(ReconcileCheckouts(), queueing_lock=True)

    async def read_events(self, _: SyncPaymentEvents) -> None:
        """Read all events since the last run, and schedule the next run in an hour."""
        until = self.clock.now() - _WEBHOOK_GRACE_PERIOD
        async with self.store.begin() as uow:
            read_until = await uow.operations.payment_events_read_until()
            accounts = await _accounts(uow)
        since = read_until - _OVERLAP if read_until else until - _FIRST_SYNC_PERIOD
        events: list[PaymentEventRef | UnreadableEvent] = []
        for account in accounts:
            async with self._skip_unreadable(account):
                events += [event async for event in self.history.events(since, until, account)]
        missed: set[str] = set()

        async def take(uow: UnitOfWork, event: PaymentEventRef | UnreadableEvent) -> None:
            if isinstance(event, UnreadableEvent):
                if await uow.inbox.accept("payment", event.event):
                    fault = Malformed(event.fault)
                    await self.failed.record_in(uow, _SOURCE, event.event, fault)
            elif await _enqueue(uow, event, Trigger.AUDIT):
                missed.add(event.event)

        await self.failed.one_by_one(_SOURCE, events, take, lambda event: event.event)
        async with self.store.begin() as uow:
            await uow.operations.save_payment_events_read(until)
            await uow.jobs.add(
                SyncPaymentEvents(), at=self.clock.now() + _SYNC_INTERVAL, queueing_lock=True
            )
            if missed and read_until:
                log.warning("webhooks were missed", extra={"events": len(missed)})
                await uow.jobs.add(_webhooks_missing(len(missed), until))

    async def audit(self, _: ReconcileCheckouts) -> None:
        """Compare the checkouts that Stripe completed in the last three days with the store."""
        since = self.clock.now() - _AUDITED_PERIOD
        async with self.store.begin() as uow:
            accounts = await _accounts(uow)
        sessions: list[Settle] = []
        for account in accounts:
            async with self._skip_unreadable(account):
                sessions += [
                    Settle(session, Trigger.AUDIT, account)
                    async for session in self.history.completed(since, account)
                ]
        await self.failed.one_by_one(
            "stripe_checkouts", sessions, self._audit_checkout, lambda each: each.session
        )
        async with self.store.begin() as uow:
            await uow.jobs.add(
                ReconcileCheckouts(), at=self.clock.now() + _AUDIT_INTERVAL, queueing_lock=True
            )

    @asynccontextmanager
    async def _skip_unreadable(self, account: AccountId | None) -> AsyncIterator[None]:
        """Skip a seller's account that cannot be read, so that it blocks no other, and refresh its status."""
        try:
            yield
        except OperatorError:
            if account is None:
                raise
            log.warning("a seller's account cannot be read", extra={"account": account})
            async with self.store.begin() as uow:
                await uow.jobs.add(RefreshAccountStatus(account), queueing_lock=True)

    async def _audit_checkout(self, uow: UnitOfWork, settle: Settle) -> None:
        session = settle.session
        purchase = await uow.purchases.by_session(session)
        if purchase is None:
            log.warning("checkout with our mark not found in the store")
            await uow.jobs.add(settle, queueing_lock=True)
        elif purchase.attempt_of(session).state is not CheckoutStatus.COMPLETE:
            # Wait first, because it may be in the course of being settled.
            at = self.clock.now() + _WEBHOOK_GRACE_PERIOD
            await uow.jobs.add(PollCheckout(session, looks=1), at=at, queueing_lock=True)


async def _accounts(uow: UnitOfWork) -> tuple[AccountId | None, ...]:
    """Return the operator's own account (None) and those of the sellers."""
    return (None, *[own.account for own in await uow.seller_accounts.all()])


async def _enqueue(uow: UnitOfWork, event: PaymentEventRef, source: Trigger) -> bool:
    """Add a job for the event, and return whether the event is new.

    Stripe sends an event again until it is acknowledged, and when an operator clicks *Resend* in the Dashboard.
    So a repeated webhook adds the job again, whatever the outcome of the first job.
    """
    first = await uow.inbox.accept("payment", event.event)
    if not first and source is not Trigger.WEBHOOK:
        return False
    job: Settle | SettlePayment | RefreshAccountStatus
    if event.is_account:
        job = RefreshAccountStatus(AccountId(event.about))
    elif event.is_checkout:
        job = Settle(CheckoutSessionId(event.about), source, event.account)
    else:
        job = SettlePayment(PaymentIntentId(event.about), source, account=event.account)
    await uow.jobs.add(job, queueing_lock=True)
    # Run at once, even if an earlier job of this lock is in back-off, because the event is new.
    await uow.jobs.wake(job.lock)
    return first


def _webhooks_missing(number: int, until: datetime) -> AlertAdmins:
    """Return the alert; its key is the date, so that it is sent once a day."""
    events = "an event" if number == 1 else f"{number} events"
    return AlertAdmins(
        f"webhooks missing:{until.date()}",
        f"Stripe has recorded {events} that no webhook brought. I have read them there, so nothing is"
        " lost, but sales take longer. Please check the webhook endpoint (`matrix-ppv doctor`).",
    )
