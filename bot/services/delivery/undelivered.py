"""Purchases that were paid and not delivered: resumed at each start, and reported to admins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.purchases.delivery_blockers import WAITS_FOR_BUYER
from bot.domain.purchases.purchase import Purchase
from bot.ids import sale_code_of
from bot.jobs.delivery_jobs import Deliver
from bot.ports import Store

_OVERDUE_AFTER = timedelta(hours=1)
_NOT_FETCHED_AFTER = timedelta(days=3)
_MAX_CODES = 5


@dataclass(frozen=True, slots=True)
class ResumeDeliveries:
    store: Store

    async def begin(self) -> None:
        """Add a job for each undelivered purchase, because its earlier job may have failed or been deleted."""
        async with self.store.begin() as uow:
            for purchase in await uow.purchases.undelivered():
                job = Deliver(purchase.id, len(purchase.deliveries), purchase.buyer)
                await uow.jobs.add(job, queueing_lock=True)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The undelivered purchases at one moment."""

    purchases: tuple[Purchase, ...]
    now: datetime

    @property
    def overdue(self) -> tuple[Purchase, ...]:
        """Purchases that wait for more than an hour, and not for their buyer."""
        return tuple(
            each
            for each in self.purchases
            if each.blocker not in WAITS_FOR_BUYER and self._waits(each, _OVERDUE_AFTER)
        )

    @property
    def not_fetched(self) -> tuple[Purchase, ...]:
        """Purchases that have waited more than three days for their buyer."""
        return tuple(
            each
            for each in self.purchases
            if each.blocker in WAITS_FOR_BUYER and self._waits(each, _NOT_FETCHED_AFTER)
        )

    def _waits(self, purchase: Purchase, limit: timedelta) -> bool:
        return self.now - purchase.deliveries[-1].requested_at > limit


def overdue_alert(undelivered: Undelivered) -> str | None:
    """Return the alert for admins, or None if nothing is overdue. Equal as long as the same purchases are overdue."""
    if not (overdue := undelivered.overdue):
        return None
    return (
        f"Paid for and not handed over for more than an hour: {_codes(overdue)}. It is tried again by itself;"
        " `matrix-ppv jobs list` says what is in the way."
    )


def not_fetched_alert(undelivered: Undelivered) -> str | None:
    if not (waiting := undelivered.not_fetched):
        return None
    return (
        f"Paid for, and for days the buyer has not come to the chat, or has no verified app that could open it:"
        f" {_codes(waiting)}. It comes to them by itself then, and their own page opens it meanwhile."
    )


def _codes(purchases: tuple[Purchase, ...]) -> str:
    codes = [sale_code_of(each.id) for each in purchases[:_MAX_CODES]]
    more = len(purchases) - _MAX_CODES
    return ", ".join(codes) + (f" and {more} more" if more > 0 else "")
