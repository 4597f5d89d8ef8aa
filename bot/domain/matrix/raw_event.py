"""The shape of a raw Matrix event, checked at every door before anything else looks at it.

https://spec.matrix.org/v1.17/client-server-api/#size-limits
"""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

ID_BYTES = 255
CONTENT_BYTES = 65_536
DEPTH = 32
"""Levels of objects and lists inside of each other. No event of the specification has more than a dozen."""
LARGEST_INTEGER = (1 << 63) - 1
"""What columns of databases hold; canonical JSON allows less, older room versions allow more."""

_KEPT = ("event_id", "room_id", "sender", "type", "state_key", "content", "redacts")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def received(raw: Mapping[str, Any]) -> dict[str, Any]:
    """As much of an event as is read later, without the marks that are set here alone.

    Homeservers pass on further fields of other servers' events as they are, `encrypted` for example.
    """
    event = {key: raw[key] for key in _KEPT if key in raw}
    sent_at = raw.get("origin_server_ts")
    if isinstance(sent_at, int | float):
        event["origin_server_ts"] = sent_at
    return event


def shape_fault(raw: object) -> str | None:
    """Why something is no event, in words without anything of what it says; None for a proper one."""
    if not isinstance(raw, Mapping):
        return "the event is no object"
    for key, sigil in (("event_id", "$"), ("room_id", "!"), ("sender", "@")):
        if not _is_id(raw.get(key), sigil):
            return f"{key} is no Matrix id"
    if not _is_short(raw.get("type")) or not raw["type"]:
        return "the type is no text of 1 to 255 bytes"
    if "state_key" in raw and not _is_short(raw["state_key"]):
        return "state_key is no text of at most 255 bytes"
    if not isinstance(raw.get("content"), Mapping):
        return "the content is no object"
    return content_fault([raw["content"], raw.get("redacts"), raw.get("origin_server_ts")])


def content_fault(value: object) -> str | None:
    """Why JSON from strangers is too deep, too large, or has numbers that nobody can store."""
    size, waiting = 0, [(value, 0)]
    while waiting:
        each, depth = waiting.pop()
        size += 2
        if isinstance(each, str):
            size += _bytes(each)
        elif isinstance(each, Mapping):
            size += sum(_bytes(key) for key in each)
            waiting.extend((inner, depth + 1) for inner in each.values())
        elif isinstance(each, list | tuple):
            waiting.extend((inner, depth + 1) for inner in each)
        elif not _is_storable(each):
            return "a number cannot be stored"
        if depth > DEPTH:
            return f"nested deeper than {DEPTH} levels"
        if size > CONTENT_BYTES:
            return f"larger than {CONTENT_BYTES} bytes"
    return None


def short_text(value: object) -> bool:
    """Whether this can be an identifier: text of 1 to 255 bytes that every database takes."""
    return _is_short(value) and bool(value)


def _is_id(value: object, sigil: str) -> bool:
    return _is_short(value) and str(value).startswith(sigil) and len(str(value)) > 1


def _is_short(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= ID_BYTES
        and not _UNSTORABLE.search(value)
        and _bytes(value) <= ID_BYTES
    )


def _is_storable(value: object) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    return not isinstance(value, int) or abs(value) <= LARGEST_INTEGER


def _bytes(text: object) -> int:
    said = str(text)
    return len(said) if said.isascii() else len(said.encode(errors="surrogatepass"))
