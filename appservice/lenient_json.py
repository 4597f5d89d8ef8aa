"""Reading JSON that nobody may choke on: what is nested too deeply or too long a number is replaced.

`json.loads` raises RecursionError on the one and ValueError on the other, and with that everything else in the
same answer would be lost.
"""

import json
import re
from typing import Any

DEPTH = 100
"""Levels that are kept. What is nested deeper becomes null."""
_DIGITS = 1000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[\]{}]', re.DOTALL)
"""A string that does not end reaches to the end, so that nothing is looked at twice."""


def loads(body: bytes | str) -> Any:
    """Raises ValueError for what is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        text = body.decode(errors="replace") if isinstance(body, bytes) else body
        try:
            return json.loads(_flattened(text), parse_int=_number)
        except RecursionError:  # The stack was nearly used up before.
            raise ValueError("nested too deeply") from None


def _flattened(text: str) -> str:
    """With null in place of every object and list that is nested too deeply."""
    kept: list[str] = []
    depth, begin = 0, 0
    for token in _TOKEN.finditer(text):
        match token[0]:
            case "[" | "{":
                depth += 1
                if depth == DEPTH + 1:
                    kept.append(text[begin : token.start()])
            case "]" | "}":
                depth -= 1
                if depth == DEPTH:
                    kept.append("null")
                    begin = token.end()
    if depth > DEPTH:
        raise ValueError("not all brackets are closed")
    kept.append(text[begin:])
    return "".join(kept)


def _number(digits: str) -> int | float:
    """Infinity for what is far too long; every check of numbers refuses it."""
    return int(digits) if len(digits) < _DIGITS else float("inf")
