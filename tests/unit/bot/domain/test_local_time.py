"""Moments as they are typed and read: one meaning each, or a question."""

from datetime import UTC, datetime

import pytest

from bot.domain.local_time import format_local_time, parse_local_time, zones
from bot.errors import UserError


@pytest.mark.parametrize(
    ("typed", "utc", "words"),
    [
        ("2026-12-01 18:00", "2026-12-01 18:00", "Tue 1 Dec 2026, 18:00 (UTC)"),
        ("2026-12-01T18:00Z", "2026-12-01 18:00", "Tue 1 Dec 2026, 18:00 (UTC)"),
        ("2026-12-01 18:00 utc", "2026-12-01 18:00", "Tue 1 Dec 2026, 18:00 (UTC)"),
        (
            "2026-12-01 18:00 europe/berlin",
            "2026-12-01 17:00",
            "Tue 1 Dec 2026, 18:00 (Europe/Berlin, UTC+01:00)",
        ),
        (
            "2026-07-01 18:00 America/New_York",
            "2026-07-01 22:00",
            "Wed 1 Jul 2026, 18:00 (America/New_York, UTC-04:00)",
        ),
        ("2026-12-01 18:00 +05:30", "2026-12-01 12:30", "Tue 1 Dec 2026, 18:00 (UTC+05:30)"),
        ("2026-12-01 18:00 UTC-03:00", "2026-12-01 21:00", "Tue 1 Dec 2026, 18:00 (UTC-03:00)"),
    ],
)
def test_what_is_typed_is_one_moment_and_is_told_back(typed: str, utc: str, words: str) -> None:
    moment, zone = parse_local_time(typed)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert format_local_time(moment, zone) == words


def test_a_zone_behind_the_time_goes_before_the_one_that_is_meant_otherwise() -> None:
    assert parse_local_time("2026-12-01T18:00", "Asia/Tokyo")[0].hour == 9
    assert parse_local_time("2026-12-01T18:00 UTC", "Asia/Tokyo")[0].hour == 18


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "When?"),
        ("tomorrow 18:00", "When?"),
        ("01.12.2026 18:00", "When?"),
        ("2026-12-01", "When?"),
        ("2026-12-01 6pm", "When?"),
        ("2026-02-30 18:00", "no such day"),
        ("2026-12-01 25:00", "no such day"),
        ("0001-01-01 00:00 +14:00", "no such day"),
        ("2026-12-01 18:00 CET/nowhere", "don't know the time zone"),
        ("2026-12-01 18:00 ../../etc/passwd", "don't know the time zone"),
        ("2026-12-01 18:00 +15:00", "don't know the time zone"),
        ("2026-03-29 02:30 Europe/Berlin", "not one moment"),
        ("2026-10-25 02:30 Europe/Berlin", "not one moment"),
    ],
)
def test_what_is_no_moment_or_two_is_asked_for_again(typed: str, says: str) -> None:
    with pytest.raises(UserError, match=says):
        parse_local_time(typed)


def test_the_zones_begin_with_utc_and_have_cities_names() -> None:
    assert zones()[0] == "UTC"
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} < set(zones())
    assert not any(each.startswith("Etc/") for each in zones())
