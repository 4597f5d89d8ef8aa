"""Sellers' pages for everybody."""

from appservice.db.transaction import Row, Transaction
from bot.domain.offers.seller_storefront import Storefront
from bot.ids import UserId


class SqlStorefronts:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of(self, seller: UserId) -> Storefront | None:
        row = await self._transaction.row("SELECT * FROM storefronts WHERE seller = ?", seller)
        return _from_row(row) if row else None

    async def named(self, name: str) -> Storefront | None:
        row = await self._transaction.row("SELECT * FROM storefronts WHERE name = ?", name)
        return _from_row(row) if row else None

    async def save(self, storefront: Storefront) -> None:
        await self._transaction.run(
            "INSERT INTO storefronts (seller, name, about, open) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (seller) DO UPDATE SET name = excluded.name, about = excluded.about, open = excluded.open",
            storefront.seller,
            storefront.name,
            storefront.about,
            int(storefront.open),
        )


def _from_row(row: Row) -> Storefront:
    return Storefront(
        seller=row["seller"], name=row["name"], about=row["about"], open=bool(row["open"])
    )
