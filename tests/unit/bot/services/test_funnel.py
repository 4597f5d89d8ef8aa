"""Where buyers drop out, week by week."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.offers.offer_stats import FunnelDay
from bot.services.reporting.funnel import funnels_of

TODAY = date(2026, 11, 27)
NOW = datetime.combine(TODAY, time(12), UTC)


def passage(day: date, *steps: int, currency: str = "usd") -> FunnelDay:
    opened, checkouts, paid, delivered = steps
    return FunnelDay(
        at=datetime.combine(day, time(12), UTC),
        currency=currency,
        page_views=opened,
        checkouts=checkouts,
        paid=paid,
        delivered=delivered,
    )


def test_days_are_put_into_their_weeks_and_older_ones_left_out() -> None:
    days = (date(2026, 9, 6), date(2026, 9, 7), date(2026, 11, 22), date(2026, 11, 23), TODAY)
    funnel = funnels_of([passage(day, 4, 3, 2, 1) for day in days], NOW)["usd"]
    assert len(funnel.weeks) == 12
    assert [(each.label, each.steps) for each in funnel.weeks if any(each.steps)] == [
        ("7.9.", (4, 3, 2, 1)),
        ("16.11.", (4, 3, 2, 1)),
        ("23.11.", (8, 6, 4, 2)),
    ]
    assert funnel.total.steps == (16, 12, 8, 4)
    assert funnel.total.share == "50 %"
    assert funnel.weeks[1].share == ""


def test_the_step_where_most_are_lost_is_named() -> None:
    def lost(*steps: int) -> object:
        return funnels_of([passage(TODAY, *steps)], NOW)["usd"].most_lost

    assert lost(20, 12, 9, 9) == ("Opened", "Checkout", 8)
    assert lost(20, 19, 9, 9) == ("Checkout", "Paid", 10)
    assert lost(9, 9, 9, 5) == ("Paid", "Delivered", 4)
    assert lost(9, 9, 9, 9) is None


def test_currencies_are_kept_apart() -> None:
    found = funnels_of(
        [passage(TODAY, 2, 1, 0, 0), passage(TODAY, 1, 1, 1, 1, currency="eur")], NOW
    )
    assert {currency: each.total.steps for currency, each in found.items()} == {
        "eur": (1, 1, 1, 1),
        "usd": (2, 1, 0, 0),
    }
    assert funnels_of([], NOW) == {}


def test_weeks_begin_by_the_clocks_of_the_time_zone() -> None:
    """In Auckland it is Monday while it is Sunday in Honolulu; both have clocks of their own."""
    sunday_noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    late = replace(passage(TODAY, 1, 1, 1, 1), at=sunday_noon + timedelta(minutes=5))
    weeks = {"Pacific/Auckland": "23.11.", "Pacific/Honolulu": "16.11.", "UTC": "16.11."}
    for zone, label in weeks.items():
        funnel = funnels_of([late], NOW.astimezone(ZoneInfo(zone)))["usd"]
        assert [each.label for each in funnel.weeks if any(each.steps)] == [label]
