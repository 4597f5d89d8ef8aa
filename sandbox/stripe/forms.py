"""Form bodies with brackets, as Stripe's v1 API takes them, read into typed parameters."""

import re
from collections.abc import Iterable
from typing import Any

from sandbox.stripe.errors import StripeError

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")
_INTEGER = re.compile(r"-?\d{1,18}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def parse_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`line_items[0][quantity]=1` → `{"line_items": {"0": {"quantity": "1"}}}`.

    Whether numbered keys are a list is the schema's to say: see `typed`. Raises StripeError for
    keys that are no such path, or that contradict each other.
    """
    tree: dict[str, Any] = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        if match is None:
            raise StripeError(f"Invalid parameter name: {key}", param=key)
        path = [match[1], *_PART.findall(match[2])]
        node: Any = tree
        for part in path[:-1]:
            node = _child(node, part, key)
        last = path[-1] or str(len(node))
        if last in node:
            raise StripeError(f"Parameter given twice: {key}", param=key)
        node[last] = value
    return tree


def _child(node: dict[str, Any], part: str, key: str) -> dict[str, Any]:
    child = node.setdefault(part or str(len(node)), {})
    if not isinstance(child, dict):
        raise StripeError(f"Parameter given both as a value and as a hash: {key}", param=key)
    return child


def typed(value: Any, schema: dict[str, Any]) -> Any:
    """Turn the strings of a form into what `schema` asks for, where they can be read so.

    What cannot be read stays as it is, so that validation can name it.
    """
    if "anyOf" in schema:
        schema = _fitting(value, schema["anyOf"])
    if isinstance(value, str):
        return _scalar(value, schema.get("type"))
    if schema.get("type") == "array":
        items = _in_order(value)
        if items is None:
            return value
        return [typed(item, schema.get("items", {})) for item in items]
    named = schema.get("properties", {})
    other = schema.get("additionalProperties")
    fallback = other if isinstance(other, dict) else {}
    return {key: typed(child, named.get(key, fallback)) for key, child in value.items()}


def first_empty(value: Any, schema: dict[str, Any]) -> list[str | int] | None:
    """The path of an empty string where the schema has no meaning for one.

    Values of free-form hashes such as `metadata` may be empty: that unsets their key.
    """
    if "anyOf" in schema:
        schema = _fitting(value, schema["anyOf"])
    if isinstance(value, list):
        children = [(number, child, schema["items"]) for number, child in enumerate(value)]
    elif isinstance(value, dict):
        named = schema.get("properties", {})
        children = [(name, child, named[name]) for name, child in value.items() if name in named]
    else:
        return [] if value == "" and "" not in schema.get("enum", ()) else None
    for name, child, rule in children:
        path = first_empty(child, rule)
        if path is not None:
            return [name, *path]
    return None


def bracketed(path: Iterable[str | int]) -> str:
    """`["line_items", 0, "quantity"]` → `line_items[0][quantity]`."""
    first, *rest = path
    return str(first) + "".join(f"[{part}]" for part in rest)


def _scalar(text: str, kind: object) -> Any:
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    if kind == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _in_order(value: dict[str, Any]) -> list[Any] | None:
    """The values of `{"0": …, "1": …}`, or None if the keys are no row of numbers from 0."""
    if sorted(value) != sorted(str(number) for number in range(len(value))):
        return None
    return [value[str(number)] for number in range(len(value))]


def _fitting(value: Any, options: list[dict[str, Any]]) -> dict[str, Any]:
    """The alternative of an `anyOf` that a value of this shape is meant for."""
    if isinstance(value, list):
        kinds: tuple[str, ...] = ("array",)
    elif isinstance(value, dict):
        kinds = ("array", "object") if _in_order(value) else ("object", "array")
    elif isinstance(value, bool) or value in {"true", "false"}:
        kinds = ("boolean", "string")
    elif isinstance(value, int | float):
        kinds = ("integer", "number")
    elif value == "":
        kinds = ("string",)
    else:
        kinds = ("integer", "number", "string") if _NUMBER.fullmatch(value) else ("string",)
    for kind in kinds:
        for option in options:
            if option.get("type") == kind:
                return option
    return {}
