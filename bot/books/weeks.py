"""What was earned, week by week."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from bot.currencies import CURRENCIES
from bot.ledger import Entry
from bot.money import Money
from bot.ports import Bar

_WEEKS = 12


def weeks_of(entries: Iterable[Entry], currency: str, today: date) -> list[Bar]:
    """One bar for each of the last twelve weeks, of the movements in that currency."""
    monday = today - timedelta(days=today.weekday())
    sums = dict.fromkeys([monday - timedelta(weeks=back) for back in reversed(range(_WEEKS))], 0)
    for entry in entries:
        day = entry.at.date()
        week = day - timedelta(days=day.weekday())
        if week in sums and entry.amount.currency == currency:
            sums[week] += entry.amount.minor
    return [
        Bar(f"{week.day}.{week.month}.", major(amount), str(amount).split()[0] if minor else "")
        for week, minor in sums.items()
        for amount in [Money(minor, currency)]
    ]


def major(amount: Money) -> float:
    """In major units, to be drawn or compared; never to be counted with."""
    return float(Decimal(amount.minor).scaleb(-CURRENCIES[amount.currency].exponent))
