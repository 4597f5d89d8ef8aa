"""Where buyers drop out between their personal link and the files, week by week."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from bot.domain.offers.offer_stats import FunnelDay
from bot.i18n import gettext_lazy
from bot.services.reporting.weekly_sales import label_of, mondays, week_of

STEPS = (
    gettext_lazy("Opened"),
    gettext_lazy("Checkout"),
    gettext_lazy("Paid"),
    gettext_lazy("Delivered"),
)


@dataclass(frozen=True, slots=True)
class FunnelPeriod:
    """How many took each step, of those who first opened their link in that time."""

    label: str
    steps: tuple[int, ...]

    @property
    def share(self) -> str:
        """How many of them paid, in percent."""
        opened, _, paid, _ = self.steps
        return f"{100 * paid / opened:.0f} %" if opened else ""


@dataclass(frozen=True, slots=True)
class Funnel:
    """In one currency."""

    weeks: tuple[FunnelPeriod, ...]
    total: FunnelPeriod

    @property
    def most_lost(self) -> tuple[str, str, int] | None:
        """Between which steps most drop out, and how many; None where nobody does."""
        steps = self.total.steps
        lost = [(before - after, n) for n, (before, after) in enumerate(pairwise(steps))]
        most, step = max(lost, key=lambda each: each[0])
        return (STEPS[step], STEPS[step + 1], most) if most else None


def funnels_of(passages: Iterable[FunnelDay], now: datetime) -> dict[str, Funnel]:
    """By currency, of the last twelve weeks of `now`'s time zone."""
    weeks = mondays(now.date())
    counts: dict[str, dict[date, list[int]]] = {}
    for each in passages:
        week_begins = week_of(each.at.astimezone(now.tzinfo).date())
        if week_begins in weeks:
            of_currency = counts.setdefault(
                each.currency, {week: [0] * len(STEPS) for week in weeks}
            )
            week = of_currency[week_begins]
            for step, number in enumerate(
                (each.page_views, each.checkouts, each.paid, each.delivered)
            ):
                week[step] += number
    return {currency: _funnel(by_week) for currency, by_week in sorted(counts.items())}


def _funnel(by_week: dict[date, list[int]]) -> Funnel:
    weeks = tuple(FunnelPeriod(label_of(week), tuple(steps)) for week, steps in by_week.items())
    total = tuple(sum(each.steps[step] for each in weeks) for step in range(len(STEPS)))
    return Funnel(weeks, FunnelPeriod(gettext_lazy("All twelve"), total))
