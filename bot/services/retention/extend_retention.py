"""Keeping what was to go: the time begins anew."""

from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.domain.retention_state import Retention, RetentionState
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, UserId, purchase_id
from bot.ports import Clock, Store
from bot.services.retention.stale_items import stale_items_in


@dataclass(frozen=True, slots=True)
class ExtendRetention:
    store: Store
    clock: Clock
    rules: Retention

    async def __call__(self, who: UserId, id_: OfferId | None) -> Offer:
        """For whoever sells or has bought it. Raises UserError."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(id_) if id_ else None
            purchase = await uow.purchases.get(purchase_id(id_, who)) if id_ else None
            theirs = offer is not None and offer.seller == who
            if offer is None or not (theirs or (purchase and purchase.has_access)):
                raise UserError(gettext_lazy("You neither sell nor own anything with that code."))
            found = await stale_items_in(uow, offer, self.rules, self.clock.now())
            if found is not None:
                await uow.leftovers.save_idle(
                    offer.id, RetentionState(found.mark, self.clock.now())
                )
            return offer
