"""The ledger: rows are added, never changed."""

from datetime import datetime

from appservice.db.columns import time_from_text, time_to_text
from appservice.db.transaction import Row, Transaction, Value
from bot.domain.money.money import Money
from bot.domain.purchases.ledger import EntryType, LedgerEntry
from bot.ids import UserId


class SqlLedger:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, entry: LedgerEntry) -> None:
        await self._transaction.run(
            "INSERT INTO ledger (movement, reference, purchase, offer, seller, amount, currency, happened_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (movement, reference) DO NOTHING",
            entry.entry_type,
            entry.reference,
            entry.purchase,
            entry.offer,
            entry.seller,
            entry.amount.minor,
            entry.amount.currency,
            time_to_text(entry.at),
        )

    async def of(
        self, seller: UserId | None, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[LedgerEntry, ...]:
        wanted: list[tuple[str, Value]] = []
        if seller is not None:
            wanted.append(("seller = ?", seller))
        if since is not None:
            wanted.append(("happened_at >= ?", time_to_text(since)))
        if until is not None:
            wanted.append(("happened_at < ?", time_to_text(until)))
        where = f"WHERE {' AND '.join(each for each, _ in wanted)}" if wanted else ""
        rows = await self._transaction.rows(
            f"SELECT * FROM ledger {where} ORDER BY happened_at, id",  # noqa: S608 - of our own words
            *(value for _, value in wanted),
        )
        return tuple(_entry_from_row(row) for row in rows)


def _entry_from_row(row: Row) -> LedgerEntry:
    return LedgerEntry(
        entry_type=EntryType(row["movement"]),
        reference=row["reference"],
        purchase=row["purchase"],
        offer=row["offer"],
        seller=row["seller"],
        amount=Money(row["amount"], row["currency"]),
        at=time_from_text(row["happened_at"]),
    )
