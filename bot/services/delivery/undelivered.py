"""What is owed to buyers and was not handed over: taken up again at each start, and counted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.purchases.delivery_blockers import WAITS_FOR_BUYER
from bot.domain.purchases.purchase import Purchase
from bot.ids import sale_code_of
from bot.jobs.delivery_jobs import Deliver
from bot.ports import Store

_LONG = timedelta(hours=1)
_LONG_FOR_BUYERS = timedelta(days=3)
_NAMED = 5


@dataclass(frozen=True, slots=True)
class ResumeDeliveries:
    store: Store

    async def begin(self) -> None:
        """At the start: each undelivered purchase has a job, whatever became of the one that it had."""
        async with self.store.begin() as uow:
            for purchase in await uow.purchases.undelivered():
                job = Deliver(purchase.id, len(purchase.deliveries), purchase.buyer)
                await uow.jobs.add(job, queueing_lock=True)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """All that is owed at one moment."""

    purchases: tuple[Purchase, ...]
    now: datetime

    @property
    def overdue(self) -> tuple[Purchase, ...]:
        """Those that wait for more than an hour, and not for their buyer."""
        return tuple(
            each
            for each in self.purchases
            if each.blocker not in WAITS_FOR_BUYER and self._waits(each, _LONG)
        )

    @property
    def not_fetched(self) -> tuple[Purchase, ...]:
        """Those that wait for a buyer who has not come for days."""
        return tuple(
            each
            for each in self.purchases
            if each.blocker in WAITS_FOR_BUYER and self._waits(each, _LONG_FOR_BUYERS)
        )

    def _waits(self, purchase: Purchase, limit: timedelta) -> bool:
        return self.now - purchase.deliveries[-1].requested_at > limit


def overdue_in_words(undelivered: Undelivered) -> str | None:
    """For the people who run this; None where nothing is overdue. The same words as long as the same is overdue."""
    if not (overdue := undelivered.overdue):
        return None
    return (
        f"Paid for and not handed over for more than an hour: {_named(overdue)}. It is tried again by itself;"
        " `matrix-ppv jobs list` says what is in the way."
    )


def not_fetched_in_words(undelivered: Undelivered) -> str | None:
    if not (waiting := undelivered.not_fetched):
        return None
    return (
        f"Paid for, and for days the buyer has not come to the chat, or has no verified app that could open it:"
        f" {_named(waiting)}. It comes to them by itself then, and their own page opens it meanwhile."
    )


def _named(purchases: tuple[Purchase, ...]) -> str:
    codes = [sale_code_of(each.id) for each in purchases[:_NAMED]]
    more = len(purchases) - _NAMED
    return ", ".join(codes) + (f" and {more} more" if more > 0 else "")
