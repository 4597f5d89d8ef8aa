"""An operator has a failed item handled again, once its cause is mended."""

from dataclasses import dataclass

from bot.ids import UserId
from bot.jobs.inbound_jobs import FailedItem
from bot.ports import Store
from bot.services.inbound.decrypt import DecryptEvents
from bot.services.inbound.failed_items import Malformed
from bot.services.inbound.receive_transaction import keep


@dataclass(frozen=True, slots=True)
class RetryFailedItem:
    store: Store
    decrypt_events: DecryptEvents
    bot: UserId

    async def __call__(self, job: FailedItem) -> None:
        """Raises Malformed for what was of the wrong shape: it stays so."""
        if job.event is None:
            raise Malformed("there is nothing to do again: it was malformed")
        if job.event.get("type") == "m.room.encrypted":
            await self.decrypt_events([job.event])
            return
        async with self.store.begin() as uow:
            await keep(uow, job.event, self.bot)
