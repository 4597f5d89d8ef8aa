"""Hints that money moved: taken in once, whichever way they came, and asked about later."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.attempt import AttemptState
from bot.hint import Hint, Source
from bot.ids import AccountId, CheckoutSessionId, PaymentIntentId
from bot.jobs import AlertAdmins, Audit, ReadEvents, Settle, SettlePayment, Watch
from bot.ports import Clock, PaymentHistory, Store, UnitOfWork

_BOOKMARK = "payment events"
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

    async def __call__(self, hint: Hint) -> None:
        async with self.store.begin() as uow:
            await _take(uow, hint, Source.WEBHOOK)


@dataclass(frozen=True, slots=True)
class Reconcile:
    """What no webhook brought is found by reading the processor's own record, every hour and every day."""

    store: Store
    history: PaymentHistory
    clock: Clock

    async def begin(self) -> None:
        """At the start, for it may have been long since the last time."""
        async with self.store.begin() as uow:
            await uow.jobs.add(ReadEvents(), once=True)
            await uow.jobs.add(Audit(), once=True)

    async def read_events(self, _: ReadEvents) -> None:
        """All events since the last time; the next time in an hour."""
        until = self.clock.now() - _TIME_TO_ARRIVE
        async with self.store.begin() as uow:
            mark = await uow.bookmarks.get(_BOOKMARK)
            accounts = await _accounts(uow)
        since = datetime.fromisoformat(mark) - _OVERLAP if mark else until - _AT_FIRST
        hints = [
            hint
            for account in accounts
            async for hint in self.history.events(since, until, account)
        ]
        async with self.store.begin() as uow:
            missed = [hint.event for hint in hints if await _take(uow, hint, Source.AUDIT)]
            await uow.bookmarks.set(_BOOKMARK, until.isoformat())
            await uow.jobs.add(ReadEvents(), at=self.clock.now() + _EVERY, once=True)
            if missed and mark:
                log.warning("webhooks were missed", extra={"events": len(missed)})
                await uow.jobs.add(_webhooks_missing(len(missed), until))

    async def audit(self, _: Audit) -> None:
        """The processor's completed checkouts of the last days, against our records."""
        since = self.clock.now() - _AUDITED
        async with self.store.begin() as uow:
            accounts = await _accounts(uow)
        sessions = [
            session
            for account in accounts
            async for session in self.history.completed(since, account)
        ]
        async with self.store.begin() as uow:
            for session in sessions:
                purchase = await uow.purchases.by_session(session)
                if purchase is None:
                    log.warning("a checkout with our mark is not in the records")
                elif purchase.attempt_of(session).state is not AttemptState.COMPLETE:
                    # Perhaps it is just being settled.
                    at = self.clock.now() + _TIME_TO_ARRIVE
                    await uow.jobs.add(Watch(session, looks=1), at=at, once=True)
            await uow.jobs.add(Audit(), at=self.clock.now() + _AUDIT_EVERY, once=True)


async def _accounts(uow: UnitOfWork) -> tuple[AccountId | None, ...]:
    """The house's own (None), and those of the sellers."""
    return (None, *[own.account for own in await uow.seller_accounts.all()])


async def _take(uow: UnitOfWork, hint: Hint, source: Source) -> bool:
    """Whether it came for the first time; then it becomes a job."""
    if not await uow.inbox.accept("payment", hint.event):
        return False
    if hint.is_checkout:
        job: Settle | SettlePayment = Settle(CheckoutSessionId(hint.about), source, hint.account)
    else:
        job = SettlePayment(PaymentIntentId(hint.about), source, account=hint.account)
    await uow.jobs.add(job)
    return True


def _webhooks_missing(number: int, until: datetime) -> AlertAdmins:
    """Said once a day, however many."""
    events = "an event" if number == 1 else f"{number} events"
    return AlertAdmins(
        f"webhooks missing:{until.date()}",
        f"Stripe has recorded {events} that no webhook brought. I have read them there, so nothing is"
        " lost, but sales take longer. Please check the webhook endpoint (`matrix-ppv doctor`).",
    )
