"""Any JSON and any bytes that somebody may send: real ones, changed at random. The same seed, the same input."""

import copy
import json
import os
import random
from collections.abc import Callable, Iterator
from typing import Any

NUMBER = 24_000 * int(os.environ.get("PPV_FUZZ", "1"))
"""Inputs over all doors; `PPV_FUZZ=20` tries twenty times as many."""
_SEED = int(os.environ.get("PPV_FUZZ_SEED", "1"))


def share(hundredths: int) -> int:
    """How many inputs a door gets."""
    return max(1, NUMBER * hundredths // 100)


def inputs(door: str, number: int) -> Iterator[tuple[str, random.Random]]:
    """A seed to print, and the source of chance that belongs to it."""
    for n in range(number):
        seed = f"{_SEED}:{door}:{n}"
        yield seed, random.Random(seed)  # noqa: S311 - no secret


def nested(levels: int, inside: Any = 1) -> Any:
    for _ in range(levels):
        inside = {"a": inside}
    return inside


def listed(levels: int) -> Any:
    inside: Any = []
    for _ in range(levels):
        inside = [inside]
    return inside


_JUNK: tuple[Callable[[], Any], ...] = (
    dict,
    list,
    lambda: None,
    lambda: True,
    lambda: 0,
    lambda: -1,
    lambda: 1.5,
    lambda: (1 << 53) + 1,
    lambda: 1 << 63,
    lambda: -(1 << 70),
    lambda: 10**400,
    lambda: 1e308,
    lambda: float("nan"),
    lambda: float("inf"),
    str,
    lambda: "\0",
    lambda: "\ud800",
    lambda: "x" * 300,
    lambda: "ü" * 200,
    lambda: "x" * 70_000,
    lambda: "@a:b",
    lambda: "@:",
    lambda: "@x\n:evil.test",
    lambda: "!r:x",
    lambda: "$e",
    lambda: "mxc://x/y",
    lambda: "!ppv",
    lambda: "!ppv 5 USD " + "a" * 3000,
    lambda: "!ppv " + "9" * 400,
    lambda: "\u202e\u200b\u3164",
    lambda: {"a": {"b": []}},
    lambda: [None, {}, [], "x"],
    lambda: nested(10),
    lambda: nested(40),
    lambda: nested(500),
    lambda: nested(3000),
    lambda: listed(3000),
    lambda: {str(n): n for n in range(200)},
    lambda: {"msgtype": {}},
    lambda: {"event_id": "$x", "rel_type": "m.replace"},
    lambda: {"rel_type": {}, "event_id": []},
    lambda: {"name": {}},
)


def junk(chance: random.Random) -> Any:
    return chance.choice(_JUNK)()


def changed(chance: random.Random, value: Any, times: int | None = None) -> Any:
    """A copy of some JSON with a few of its parts replaced, removed, doubled, or moved."""
    value = copy.deepcopy(value)
    for _ in range(times or chance.choice((1, 1, 1, 2, 3, 5))):
        value = _changed_once(chance, value)
    return value


def _changed_once(chance: random.Random, value: Any) -> Any:
    places = list(_places(value))
    if not places or chance.random() < 0.02:
        return junk(chance)
    holder, key = chance.choice(places)
    match chance.randrange(6):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            other, another = chance.choice(places)
            holder[chance.choice(("msgtype", "state_key", "m.relates_to", "x", "\0"))] = (
                copy.deepcopy(other[another]) if _depth_is_small(other) else 1
            )
        case 2:
            holder[key] = [holder[key]]
        case _:
            holder[key] = junk(chance)
    return value


def _places(value: Any, levels: int = 6) -> Iterator[tuple[Any, Any]]:
    """Where something stands, not far below the top."""
    keys: Any = ()
    if isinstance(value, dict):
        keys = value
    elif isinstance(value, list):
        keys = range(len(value))
    for key in list(keys)[:50]:
        yield value, key
        if levels:
            yield from _places(value[key], levels - 1)


def _depth_is_small(value: Any) -> bool:
    waiting, depth = [value], 0
    while waiting and depth < 12:
        waiting = [
            inner
            for each in waiting
            for inner in (
                each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
            )
        ]
        depth += 1
    return not waiting


def damaged(chance: random.Random, data: bytes) -> bytes:
    """Bytes with some of them changed, cut out, doubled, or put in."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(found) + 1)
        match chance.randrange(5):
            case 0 if found:
                found[min(at, len(found) - 1)] = chance.randrange(256)
            case 1:
                del found[at : at + chance.randrange(1, 20)]
            case 2:
                found[at:at] = found[at : at + 50]
            case 3:
                found[at:at] = chance.choice((b"[" * 3000, b"{" * 50, b'"', b"\xff", b"\\u0000"))
            case _:
                found[at:at] = bytes(chance.randrange(256) for _ in range(4))
    return bytes(found)


def dumped(value: Any) -> bytes:
    """JSON of any depth; `json.dumps` stops at a thousand levels."""
    parts: list[str] = []
    waiting: list[tuple[bool, Any]] = [(False, value)]
    while waiting:
        written, each = waiting.pop()
        if written:
            parts.append(each)
        elif isinstance(each, dict):
            waiting.append((True, "}"))
            for n, (key, inner) in enumerate(reversed(each.items())):
                waiting.extend([(True, "," if n else ""), (False, inner)])
                waiting.append((True, f"{json.dumps(str(key))}:"))
            parts.append("{")
        elif isinstance(each, list):
            waiting.append((True, "]"))
            for n, inner in enumerate(reversed(each)):
                waiting.extend([(True, "," if n else ""), (False, inner)])
            parts.append("[")
        else:
            parts.append(json.dumps(each))
    return "".join(parts).encode()
