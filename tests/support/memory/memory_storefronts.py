"""Sellers' pages for everybody, in memory."""

from bot.domain.offers.seller_storefront import Storefront
from bot.errors import OperatorError
from bot.ids import UserId
from tests.support.memory.memory_records import Records


class MemoryStorefronts:
    def __init__(self, records: Records) -> None:
        self._storefronts = records.storefronts

    async def of(self, seller: UserId) -> Storefront | None:
        return self._storefronts.get(seller)

    async def named(self, name: str) -> Storefront | None:
        return next((each for each in self._storefronts.values() if each.name == name), None)

    async def save(self, storefront: Storefront) -> None:
        other = await self.named(storefront.name)
        if other is not None and other.seller != storefront.seller:
            raise OperatorError("two storefronts have one name")
        self._storefronts[storefront.seller] = storefront
