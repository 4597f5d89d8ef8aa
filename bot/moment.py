"""A moment as people type it and read it, never without its time zone: `2026-12-01 18:00 Europe/Berlin`."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import Refusal

LONGEST_ZONE = 60
_FURTHEST_EAST = 14
_TYPED = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[T ]\s*(?P<time>\d{2}:\d{2})(?::00)?\s*(?P<zone>\S*)", re.IGNORECASE
)
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{2}):(?P<minutes>[0-5]\d)", re.ASCII)


@cache
def zones() -> tuple[str, ...]:
    """Those that have a city's name, by name, after UTC. https://www.iana.org/time-zones"""
    cities = (each for each in available_timezones() if "/" in each)
    return ("UTC", *sorted(each for each in cities if not each.startswith("Etc/")))


def typed_moment(typed: str, zone: str = "UTC") -> tuple[datetime, str]:
    """In UTC, and the zone that was meant: the one behind the time, or else `zone`. Raises Refusal."""
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        raise Refusal(
            "When? Write day and time like this: `2026-12-01 18:00`, and a time zone behind it if you do not"
            " mean UTC: `2026-12-01 18:00 Europe/Berlin` or `2026-12-01 18:00 +01:00`."
        )
    name, where = _zone(found["zone"] or zone)
    try:
        local = datetime.fromisoformat(f"{found['day']} {found['time']}").replace(tzinfo=where)
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refusal(f"There is no such day or time: {found['day']} {found['time']}.") from error
    if moment.astimezone(where).replace(fold=0) != local or _comes_twice(local):
        raise Refusal(
            f"The clocks in {name} are changed then, so {found['time']} is not one moment. Please choose"
            " another time, or name it in UTC."
        )
    return moment, name


def in_words(moment: datetime, zone: str) -> str:
    """`Tue 1 Dec 2026, 18:00 (Europe/Berlin, UTC+01:00)`."""
    where = _fixed(zone)
    there = moment.astimezone(where or ZoneInfo(zone))
    east = f"{there:%z}"
    offset = f"UTC{east[:3]}:{east[3:]}" if there.utcoffset() else "UTC"
    place = offset if where else f"{zone}, {offset}"
    return f"{there:%a} {there.day} {there:%b} {there.year}, {there:%H:%M} ({place})"


def as_typed(moment: datetime, zone: str) -> str:
    """`2026-12-01T18:00`, as fields for a time in browsers hold it."""
    return f"{moment.astimezone(_fixed(zone) or ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def _zone(typed: str) -> tuple[str, tzinfo]:
    """Its name as we write it. Raises Refusal."""
    fixed = _fixed(typed)
    if fixed is not None:
        return "UTC" if fixed is UTC else typed[-6:], fixed
    known = next((each for each in zones() if each.lower() == typed.lower()), None)
    if known is None:
        raise Refusal(
            f"I don't know the time zone “{typed[:LONGEST_ZONE]}”. It is called after a city, such as"
            " Europe/Berlin, or written like +01:00."
        )
    return known, ZoneInfo(known)


def _fixed(zone: str) -> tzinfo | None:
    """A zone whose clocks never change; None for one that has a name."""
    if zone.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    offset = _OFFSET.fullmatch(zone.upper())
    if offset is None or int(offset["hours"]) > _FURTHEST_EAST:
        return None
    by = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
    return timezone(by if offset["sign"] == "+" else -by)


def _comes_twice(local: datetime) -> bool:
    return local.utcoffset() != local.replace(fold=1).utcoffset()
