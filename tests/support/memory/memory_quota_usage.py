"""What people take up, counted in memory."""

from datetime import datetime

from bot.domain.offers.offer import OfferState
from bot.ids import UserId
from tests.support.memory.memory_records import Records


class MemoryUsage:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def bytes_of(self, seller: UserId) -> int:
        under_way = sum(
            each.size for each in self._records.uploads.values() if each.seller == seller
        )
        return under_way + sum(
            part.size
            for offer in self._records.offers.values()
            for each in offer.attachments
            for part in (each.encrypted, each.thumbnail.encrypted if each.thumbnail else None)
            if part and offer.seller == seller
        )

    async def offers_of(self, seller: UserId, since: datetime) -> int:
        never = {OfferState.DRAFT, OfferState.DISCARDED}
        return sum(
            offer.seller == seller and offer.created_at >= since and offer.state not in never
            for offer in self._records.offers.values()
        )

    async def checkouts_of(self, buyer: UserId, now: datetime) -> int:
        return sum(
            attempt.awaits_buyer(now)
            for purchase in self._records.purchases.values()
            for attempt in purchase.attempts
            if purchase.buyer == buyer
        )
