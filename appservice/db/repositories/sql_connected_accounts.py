"""Sellers' own accounts at the payment processor."""

from appservice.db.transaction import Row, Transaction
from bot.domain.money.connected_account import ConnectedAccount
from bot.ids import UserId


class SqlSellerAccounts:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def of(self, seller: UserId) -> ConnectedAccount | None:
        row = await self._transaction.row(
            "SELECT * FROM connected_accounts WHERE seller_id = ?", seller
        )
        return _from_row(row) if row else None

    async def all(self) -> tuple[ConnectedAccount, ...]:
        rows = await self._transaction.rows("SELECT * FROM connected_accounts ORDER BY seller_id")
        return tuple(_from_row(row) for row in rows)

    async def save(self, account: ConnectedAccount) -> None:
        await self._transaction.run(
            "INSERT INTO connected_accounts (seller_id, account_id, ready) VALUES (?, ?, ?)"
            " ON CONFLICT (seller_id) DO UPDATE SET account_id = excluded.account_id, ready = excluded.ready",
            account.seller,
            account.account,
            account.ready,
        )


def _from_row(row: Row) -> ConnectedAccount:
    return ConnectedAccount(
        seller=row["seller_id"], account=row["account_id"], ready=bool(row["ready"])
    )
