"""Reading JSON that strangers wrote: a value of the right kind, or nothing. Never raises."""

import math
import re
from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]

LARGEST = (1 << 53) - 1
"""The largest integer that Matrix allows. https://spec.matrix.org/v1.17/appendices/#canonical-json"""

_ID_LENGTH = 255
_USER_ID = re.compile(r"@[!-9;-~]*:[A-Za-z0-9.:\[\]-]+")
"""Printable ASCII, because ids are shown to people beside money: others could look like any other.

https://spec.matrix.org/v1.17/appendices/#historical-user-ids
"""
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def text(source: Json, key: str) -> str | None:
    """Without what no database and no UTF-8 can hold: NUL and halves of surrogate pairs."""
    value = source.get(key)
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else None


def id_of(source: Json, key: str, sigil: str) -> str | None:
    """A Matrix id that begins with `sigil`."""
    value = source.get(key)
    if not isinstance(value, str) or not value.startswith(sigil):
        return None
    if sigil == "@" and not _USER_ID.fullmatch(value):
        return None
    fits = 1 < len(value) <= _ID_LENGTH and not _UNSTORABLE.search(value)
    return value if fits else None


def section(source: Json, key: str) -> Json:
    """An object in an object; empty if there is none."""
    value = source.get(key)
    return value if isinstance(value, Mapping) else {}


def count(source: Json, key: str) -> int | None:
    """A whole number from 0 on; fractions are rounded."""
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        return None
    return round(value) if math.isfinite(value) else None
