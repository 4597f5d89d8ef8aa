"""Paid purchases that were not delivered."""

from bot.errors import PpvError
from bot.ports import Clock, Store
from bot.services.delivery.undelivered import Undelivered, overdue_alert


async def undelivered(store: Store, clock: Clock) -> Undelivered:
    """Return the undelivered purchases. Raise TemporaryError."""
    async with store.begin() as uow:
        return Undelivered(await uow.purchases.undelivered(), clock.now())


async def overdue_deliveries(store: Store, clock: Clock) -> str | None:
    """Return an alert for admins; None if nothing is overdue or the database is unavailable."""
    try:
        return overdue_alert(await undelivered(store, clock))
    except PpvError:
        return None
