"""How values stand in columns: times and JSON as text, and text as UTF-8."""

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from appservice.db.transaction import Value
from bot.i18n import Translatable, dump_translatable, load_translatable

T = TypeVar("T")
U = TypeVar("U")

_WORDS = '{"say":'


def nullable(convert: Callable[[T], U], value: T | None) -> U | None:
    """None stays None."""
    return None if value is None else convert(value)


def time_to_text(time: datetime) -> str:
    """ISO 8601 in UTC, always of the same length, so that it sorts. Raises ValueError without a zone."""
    if time.tzinfo is None:
        raise ValueError("a time without its zone cannot be stored")
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def time_from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)


def to_json(value: Any) -> str:
    """The same text for equal values. Dataclasses become objects of their fields."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return time_to_text(value)
        case timedelta():
            return value.total_seconds()
    return {each.name: getattr(value, each.name) for each in fields(value)}


def from_json(text: str) -> Any:
    return json.loads(text)


def prefix_range(prefix: str) -> tuple[str, str]:
    """Return bounds so that `low <= text < high` holds for text that begins with `prefix`.

    Unlike `substr`, a comparison can use an index. Both engines compare text byte by byte.
    """
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def words_to_text(words: str) -> str:
    return to_json(dump_translatable(words)) if isinstance(words, Translatable) else words


def words_from_text(text: str) -> str:
    """Words that were written down before they were translated stay as they are."""
    return load_translatable(from_json(text)) if text.startswith(_WORDS) else text


def storable(value: Value) -> Value:
    """What JSON can bring in and a database cannot hold, half a surrogate pair or NUL, becomes a question mark."""
    if not isinstance(value, str):
        return value
    if not value.isascii():
        value = value.encode(errors="replace").decode()
    return value.replace("\0", "?")
