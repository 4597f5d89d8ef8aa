"""Keeping what was to go: the time begins anew."""

from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.domain.retention_state import Idle, Retention
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import OfferId, UserId, purchase_id
from bot.ports import Clock, Store
from bot.services.retention.stale_items import lingering


@dataclass(frozen=True, slots=True)
class KeepIt:
    store: Store
    clock: Clock
    rules: Retention

    async def __call__(self, who: UserId, id_: OfferId | None) -> Offer:
        """For whoever sells or has bought it. Raises Refusal."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(id_) if id_ else None
            purchase = await uow.purchases.get(purchase_id(id_, who)) if id_ else None
            theirs = offer is not None and offer.seller == who
            if offer is None or not (theirs or (purchase and purchase.owned)):
                raise Refusal(spoken("You neither sell nor own anything with that code."))
            found = await lingering(uow, offer, self.rules, self.clock.now())
            if found is not None:
                await uow.leftovers.save_idle(offer.id, Idle(found.mark, self.clock.now()))
            return offer
