"""A statement: every movement of money, as bookkeepers want it."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta

from bot.books.tax import tax_of
from bot.errors import Refusal
from bot.ids import PurchaseId, UserId, code_of, sale_code_of
from bot.ledger import Entry
from bot.money import Money
from bot.ports import Store, UnitOfWork
from bot.words import spoken

_PERIOD = re.compile(r"[0-9]{4}(?:-[0-9]{1,2}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One movement. Amounts are exact decimals in major units, negative for what went out."""

    date: str
    """ISO 8601, UTC."""
    movement: str
    sale: str
    offer: str
    seller: str
    buyer: str
    currency: str
    amount: str
    tax: str
    """How much of a payment or of a refund is tax, see `bot.books.tax`; empty for none, and for everything else."""
    reference: str
    """The payment processor's id."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment up to, and without, the last."""

    since: datetime | None = None
    until: datetime | None = None

    @classmethod
    def parsed(cls, typed: str) -> "Period":
        """`2026`, `2026-11`, `2026-11-23`, or nothing for all time. Raises Refusal."""
        words = typed.strip()
        if not words:
            return cls()
        parts = words.split("-")
        try:
            if not _PERIOD.fullmatch(words):
                raise ValueError(words)
            year, month, day = (int(each) for each in [*parts, "1", "1"][:3])
            since = datetime(year, month, day, tzinfo=UTC)
            until = {
                1: lambda: since.replace(year=year + 1),
                2: lambda: (since.replace(day=28) + timedelta(days=4)).replace(day=1),
                3: lambda: since + timedelta(days=1),
            }[len(parts)]()
        except (ValueError, KeyError, OverflowError):
            raise Refusal(
                spoken(
                    "Which time? Write a year, a month or a day, like this: `2026`, `2026-11` or `2026-11-23`"
                )
            ) from None
        return cls(since, until)


@dataclass(frozen=True, slots=True)
class Statement:
    store: Store

    async def __call__(self, seller: UserId | None, period: Period) -> tuple[Row, ...]:
        """A seller's movements, or everybody's; the oldest first."""
        async with self.store.begin() as uow:
            return await rows_of(uow, await uow.ledger.of(seller, period.since, period.until))


async def rows_of(uow: UnitOfWork, entries: Iterable[Entry]) -> tuple[Row, ...]:
    return tuple([await _row(uow, entry) for entry in entries])


def as_csv(rows: Iterable[Row]) -> bytes:
    """With a heading, in UTF-8 with the mark that spreadsheets look for."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([each.name for each in fields(Row)])
    writer.writerows([[_harmless(value) for value in asdict(row).values()] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def as_json(rows: Iterable[Row]) -> bytes:
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1).encode()


def balances(entries: Iterable[Entry]) -> dict[str, Money]:
    """What is left of all movements, by currency; what the payment processor keeps is taken off."""
    sums: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.amount.currency] += entry.amount.minor
    return {currency: Money(minor, currency) for currency, minor in sorted(sums.items())}


async def _row(uow: UnitOfWork, entry: Entry) -> Row:
    purchase = await uow.purchases.get(PurchaseId(entry.purchase))
    taxes = [tax_of(payment) for payment in purchase.payments] if purchase else []
    moved = (entry.movement, entry.reference)
    tax = next((each[moved] for each in taxes if moved in each), None)
    return Row(
        date=entry.at.astimezone(UTC).isoformat(timespec="seconds"),
        movement=entry.movement.value,
        sale=sale_code_of(entry.purchase),
        offer=code_of(entry.offer),
        seller=entry.seller,
        buyer=purchase.buyer if purchase else "",
        currency=entry.amount.currency.upper(),
        amount=_number(entry.amount),
        tax=_number(tax) if tax else "",
        reference=entry.reference,
    )


def _number(amount: Money) -> str:
    return str(amount).split()[0]


def _harmless(value: str) -> str:
    """Spreadsheets run what begins like a formula; a user id begins with @."""
    is_number = value[:1] == "-" and value[1:].replace(".", "").isdigit()
    return f"'{value}" if value[:1] in "=+@\t\r" or (value[:1] == "-" and not is_number) else value
