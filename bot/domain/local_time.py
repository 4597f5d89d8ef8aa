"""A moment as people type it and read it, never without its time zone: `2026-12-01 18:00 Europe/Berlin`."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.errors import UserError
from bot.i18n import Translatable, concat, gettext_lazy

LONGEST_ZONE = 60
_LARGEST_OFFSET = 14
_TYPED = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[T ]\s*(?P<time>\d{2}:\d{2})(?::00)?\s*(?P<zone>\S*)", re.IGNORECASE
)
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{2}):(?P<minutes>[0-5]\d)", re.ASCII)


@cache
def zones() -> tuple[str, ...]:
    """Those that have a city's name, by name, after UTC. https://www.iana.org/time-zones"""
    cities = (each for each in available_timezones() if "/" in each)
    return ("UTC", *sorted(each for each in cities if not each.startswith("Etc/")))


def parse_local_time(typed: str, zone: str = "UTC") -> tuple[datetime, str]:
    """In UTC, and the zone that was meant: the one behind the time, or else `zone`. Raises UserError."""
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        raise UserError(
            gettext_lazy(
                "When? Write day and time like this: `2026-12-01 18:00`, and a time zone behind it if you"
                " do not mean UTC: `2026-12-01 18:00 Europe/Berlin` or `2026-12-01 18:00 +01:00`."
            )
        )
    name, where = _zone(found["zone"] or zone)
    try:
        local = datetime.fromisoformat(f"{found['day']} {found['time']}").replace(tzinfo=where)
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UserError(
            gettext_lazy(
                "There is no such day or time: {day} {time}.",
                day=found["day"],
                time=found["time"],
            )
        ) from error
    if moment.astimezone(where).replace(fold=0) != local or _is_ambiguous(local):
        raise UserError(
            gettext_lazy(
                "The clocks in {zone} are changed then, so {time} is not one moment. Please choose"
                " another time, or name it in UTC.",
                zone=name,
                time=found["time"],
            )
        )
    return moment, name


@dataclass(frozen=True, slots=True)
class Date:
    """Of a moment, in UTC."""

    at: datetime

    def __str__(self) -> str:
        """`1 December 2026`"""
        there = self.at.astimezone(UTC)
        return f"{there.day} {there:%B %Y}"


@dataclass(frozen=True, slots=True)
class ZonedTime:
    """As it is told in a time zone."""

    at: datetime
    zone: str

    @property
    def local(self) -> datetime:
        return self.at.astimezone(_fixed_offset(self.zone) or ZoneInfo(self.zone))

    @property
    def zone_label(self) -> str:
        """`Europe/Berlin, UTC+01:00`"""
        east = f"{self.local:%z}"
        offset = f"UTC{east[:3]}:{east[3:]}" if self.local.utcoffset() else "UTC"
        return offset if _fixed_offset(self.zone) else f"{self.zone}, {offset}"

    def __str__(self) -> str:
        """`Tue 1 Dec 2026, 18:00 (Europe/Berlin, UTC+01:00)`"""
        there = self.local
        return f"{there:%a} {there.day} {there:%b} {there.year}, {there:%H:%M} ({self.zone_label})"


def format_local_time(moment: datetime, zone: str) -> Translatable:
    return concat([ZonedTime(moment, zone)])


def to_form_value(moment: datetime, zone: str) -> str:
    """`2026-12-01T18:00`, as fields for a time in browsers hold it."""
    return f"{moment.astimezone(_fixed_offset(zone) or ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def _zone(typed: str) -> tuple[str, tzinfo]:
    """Its name as we write it. Raises UserError."""
    fixed = _fixed_offset(typed)
    if fixed is not None:
        return "UTC" if fixed is UTC else typed[-6:], fixed
    known = next((each for each in zones() if each.lower() == typed.lower()), None)
    if known is None:
        raise UserError(
            gettext_lazy(
                "I don't know the time zone “{zone}”. It is called after a city, such as Europe/Berlin,"
                " or written like +01:00.",
                zone=typed[:LONGEST_ZONE],
            )
        )
    return known, ZoneInfo(known)


def _fixed_offset(zone: str) -> tzinfo | None:
    """A zone whose clocks never change; None for one that has a name."""
    if zone.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    offset = _OFFSET.fullmatch(zone.upper())
    if offset is None or int(offset["hours"]) > _LARGEST_OFFSET:
        return None
    by = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
    return timezone(by if offset["sign"] == "+" else -by)


def _is_ambiguous(local: datetime) -> bool:
    return local.utcoffset() != local.replace(fold=1).utcoffset()
