"""Sellers' own accounts at the payment processor."""

from appservice.db.transaction import Row, Transaction
from bot.domain.money.connected_account import ConnectedAccount
from bot.ids import UserId


class SqlSellerAccounts:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of(self, seller: UserId) -> ConnectedAccount | None:
        row = await self._transaction.row("SELECT * FROM seller_accounts WHERE seller = ?", seller)
        return _from_row(row) if row else None

    async def all(self) -> tuple[ConnectedAccount, ...]:
        rows = await self._transaction.rows("SELECT * FROM seller_accounts ORDER BY seller")
        return tuple(_from_row(row) for row in rows)

    async def save(self, account: ConnectedAccount) -> None:
        await self._transaction.run(
            "INSERT INTO seller_accounts (seller, account, ready) VALUES (?, ?, ?)"
            " ON CONFLICT (seller) DO UPDATE SET account = excluded.account, ready = excluded.ready",
            account.seller,
            account.account,
            account.ready,
        )


def _from_row(row: Row) -> ConnectedAccount:
    return ConnectedAccount(seller=row["seller"], account=row["account"], ready=bool(row["ready"]))
