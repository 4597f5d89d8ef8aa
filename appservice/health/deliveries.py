"""What is paid for and was not handed over."""

from bot.delivering.undelivered import Undelivered, overdue_in_words
from bot.errors import PpvError
from bot.ports import Clock, Store


async def undelivered(store: Store, clock: Clock) -> Undelivered:
    """As the records have it now. Raises Transient."""
    async with store.begin() as uow:
        return Undelivered(await uow.sales.undelivered(), clock.now())


async def overdue_deliveries(store: Store, clock: Clock) -> str | None:
    """In words for admins; None where nothing is overdue, or the records are out of reach."""
    try:
        return overdue_in_words(await undelivered(store, clock))
    except PpvError:
        return None
