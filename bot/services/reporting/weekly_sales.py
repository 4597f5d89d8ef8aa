"""What was earned, week by week."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.domain.money.currencies import CURRENCIES
from bot.domain.money.money import Money
from bot.domain.purchases.ledger import LedgerEntry
from bot.ports import Bar

_WEEKS = 12


def weeks_of(entries: Iterable[LedgerEntry], currency: str, now: datetime) -> list[Bar]:
    """One bar for each of the last twelve weeks, of the movements in that currency; weeks of `now`'s time zone."""
    sums = dict.fromkeys(mondays(now.date()), 0)
    for entry in entries:
        week = week_of(entry.at.astimezone(now.tzinfo).date())
        if week in sums and entry.amount.currency == currency:
            sums[week] += entry.amount.minor
    return [
        Bar(label_of(week), major(amount), str(amount).split()[0] if minor else "")
        for week, minor in sums.items()
        for amount in [Money(minor, currency)]
    ]


def mondays(today: date) -> tuple[date, ...]:
    """On which the last twelve weeks began."""
    return tuple(week_of(today) - timedelta(weeks=back) for back in reversed(range(_WEEKS)))


def week_of(day: date) -> date:
    """The Monday on which it began."""
    return day - timedelta(days=day.weekday())


def label_of(week: date) -> str:
    return f"{week.day}.{week.month}."


def major(amount: Money) -> float:
    """In major units, to be drawn or compared; never to be counted with."""
    return float(Decimal(amount.minor).scaleb(-CURRENCIES[amount.currency].exponent))
