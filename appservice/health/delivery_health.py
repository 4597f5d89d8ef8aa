"""What is paid for and was not handed over."""

from bot.errors import PpvError
from bot.ports import Clock, Store
from bot.services.delivery.undelivered import Undelivered, overdue_alert


async def undelivered(store: Store, clock: Clock) -> Undelivered:
    """As the records have it now. Raises TemporaryError."""
    async with store.begin() as uow:
        return Undelivered(await uow.purchases.undelivered(), clock.now())


async def overdue_deliveries(store: Store, clock: Clock) -> str | None:
    """In words for admins; None where nothing is overdue, or the records are out of reach."""
    try:
        return overdue_alert(await undelivered(store, clock))
    except PpvError:
        return None
