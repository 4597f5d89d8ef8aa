"""Lists with cursors and filters (https://docs.stripe.com/api/pagination)."""

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.stripe.errors import StripeError, no_such
from sandbox.stripe.vocabulary import StripeObject

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gt": int.__gt__,
    "gte": int.__ge__,
    "lt": int.__lt__,
    "lte": int.__le__,
}


def page(items: Iterable[StripeObject], params: dict[str, Any], url: str) -> StripeObject:
    """One page, newest first; `items` come oldest first.

    Raises StripeError for cursors that point nowhere and for limits outside 1 to 100.
    """
    newest_first = [item for item in items if _created_fits(item, params.get("created"))][::-1]
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise StripeError(
            f"Invalid limit: {limit}; must be between 1 and 100.",
            code="parameter_invalid_integer",
            param="limit",
        )
    if {"starting_after", "ending_before"} <= params.keys():
        raise StripeError("You may only specify one of starting_after and ending_before.")
    if "ending_before" in params:
        end = _place(newest_first, params["ending_before"], "ending_before")
        start = max(0, end - limit)
        more = start > 0
    else:
        start = 0
        if "starting_after" in params:
            start = _place(newest_first, params["starting_after"], "starting_after") + 1
        end = start + limit
        more = end < len(newest_first)
    return {"object": "list", "data": newest_first[start:end], "has_more": more, "url": url}


def fields_fit(item: StripeObject, params: dict[str, Any], *names: str) -> bool:
    """Whether every filter among `names` that was given equals the item's field."""
    return all(item[name] == params[name] for name in names if name in params)


def _created_fits(item: StripeObject, wanted: int | dict[str, int] | None) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, int):
        return bool(item["created"] == wanted)
    return all(_COMPARE[name](item["created"], bound) for name, bound in wanted.items())


def _place(items: list[StripeObject], object_id: str, param: str) -> int:
    for place, item in enumerate(items):
        if item["id"] == object_id:
            return place
    raise no_such("object", object_id, param)
