"""A statement: every movement of money, as bookkeepers want it."""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from bot.domain.money.money import Money
from bot.domain.purchases.ledger import LedgerEntry
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import PurchaseId, UserId, code_of, sale_code_of
from bot.ports import Store, UnitOfWork
from bot.services.reporting.tax import tax_of

_PERIOD = re.compile(r"[0-9]{4}(?:-[0-9]{1,2}){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One movement. Amounts are exact decimals in major units, negative for what went out."""

    date: str
    """ISO 8601, in that time zone."""
    movement: str
    sale: str
    offer: str
    seller: str
    buyer: str
    currency: str
    amount: str
    tax: str
    """How much of a payment or refund is tax (see `tax.py`); empty for none, and for every other entry."""
    reference: str
    """The payment processor's id."""
    time_zone: str = "UTC"
    """The one that the period was cut by, as IANA names it."""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first moment up to, and without, the last."""

    since: datetime | None = None
    until: datetime | None = None

    def within(self, zone: tzinfo) -> "Period":
        """Return the same days as the clocks of that zone have them."""
        since = self.since and self.since.replace(tzinfo=zone)
        until = self.until and self.until.replace(tzinfo=zone)
        try:
            return Period(since and since.astimezone(UTC), until and until.astimezone(UTC))
        except OverflowError:  # The first day of the calendar, east of Greenwich.
            return self

    @classmethod
    def parsed(cls, typed: str) -> "Period":
        """`2026`, `2026-11`, `2026-11-23`, or nothing for all time. Raises UserError."""
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
            raise UserError(
                gettext_lazy(
                    "Which time? Write a year, a month or a day, like this: `2026`, `2026-11` or `2026-11-23`"
                )
            ) from None
        return cls(since, until)


@dataclass(frozen=True, slots=True)
class Statement:
    store: Store
    zone: ZoneInfo = field(default_factory=partial(ZoneInfo, "UTC"))
    """In which days begin and end."""

    async def __call__(self, seller: UserId | None, period: Period) -> tuple[StatementRow, ...]:
        """A seller's movements, or everybody's; the oldest first."""
        async with self.store.begin() as uow:
            wanted = period.within(self.zone)
            entries = await uow.ledger.of(seller, wanted.since, wanted.until)
            return await rows_of(uow, entries, self.zone)


async def rows_of(
    uow: UnitOfWork, entries: Iterable[LedgerEntry], zone: ZoneInfo
) -> tuple[StatementRow, ...]:
    return tuple([await _row(uow, entry, zone) for entry in entries])


def as_csv(rows: Iterable[StatementRow]) -> bytes:
    """With a heading, in UTF-8 with the mark that spreadsheets look for."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([each.name for each in fields(StatementRow)])
    writer.writerows([[_harmless(value) for value in asdict(row).values()] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def as_json(rows: Iterable[StatementRow]) -> bytes:
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1).encode()


def balances(entries: Iterable[LedgerEntry]) -> dict[str, Money]:
    """What is left of all movements, by currency; what the payment processor keeps is taken off."""
    sums: defaultdict[str, int] = defaultdict(int)
    for entry in entries:
        sums[entry.amount.currency] += entry.amount.minor
    return {currency: Money(minor, currency) for currency, minor in sorted(sums.items())}


async def _row(uow: UnitOfWork, entry: LedgerEntry, zone: ZoneInfo) -> StatementRow:
    purchase = await uow.purchases.get(PurchaseId(entry.purchase))
    taxes = [tax_of(payment) for payment in purchase.payments] if purchase else []
    moved = (entry.entry_type, entry.reference)
    tax = next((each[moved] for each in taxes if moved in each), None)
    return StatementRow(
        date=entry.at.astimezone(zone).isoformat(timespec="seconds"),
        movement=entry.entry_type.value,
        sale=sale_code_of(entry.purchase),
        offer=code_of(entry.offer),
        seller=entry.seller,
        buyer=purchase.buyer if purchase else "",
        currency=entry.amount.currency.upper(),
        amount=_number(entry.amount),
        tax=_number(tax) if tax else "",
        reference=entry.reference,
        time_zone=zone.key,
    )


def _number(amount: Money) -> str:
    return str(amount).split()[0]


def _harmless(value: str) -> str:
    """Spreadsheets run what begins like a formula; a user id begins with @."""
    is_number = value[:1] == "-" and value[1:].replace(".", "").isdigit()
    return f"'{value}" if value[:1] in "=+@\t\r" or (value[:1] == "-" and not is_number) else value
