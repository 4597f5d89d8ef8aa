"""`expand`: ids in an answer replaced by the objects they stand for.

https://docs.stripe.com/api/expanding_objects
"""

from copy import deepcopy
from typing import Any

from sandbox.stripe import checkout
from sandbox.stripe.errors import StripeError
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.spec import EXPANDABLE
from sandbox.stripe.vocabulary import StripeObject

DEEPEST = 4
_LEFT_OUT = frozenset({("refund", "failure_balance_transaction")})
"""Properties that an answer has only sometimes, by the kind of object."""


def expanded(ledger: Ledger, answer: StripeObject, paths: list[str]) -> StripeObject:
    """A copy of `answer` with these properties written out. Raises StripeError for wrong paths."""
    answer = deepcopy(answer)
    for number, path in enumerate(paths):
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise StripeError(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}",
                param=f"expand[{number}]",
            )
        _expand(ledger, answer, parts, path, f"expand[{number}]")
    return answer


def _expand(ledger: Ledger, node: Any, parts: list[str], path: str, param: str) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(ledger, item, parts, path, param)
        return
    if not parts or node is None:
        return
    name = parts[0]
    if name not in node:
        if (node.get("object"), name) in _LEFT_OUT:
            return
        included = _included(ledger, node, name)
        if included is None:
            raise StripeError(f"This property cannot be expanded ({path}).", param=param)
        node[name] = included
    elif isinstance(node[name], str):
        node[name] = _written_out(ledger, node[name], path, param)
    _expand(ledger, node[name], parts[1:], path, param)


def _written_out(ledger: Ledger, object_id: str, path: str, param: str) -> StripeObject:
    item = ledger.find(object_id)
    if item is None or item["object"] not in EXPANDABLE:
        raise StripeError(f"This property cannot be expanded ({path}).", param=param)
    return deepcopy(item)


def _included(ledger: Ledger, node: StripeObject, name: str) -> StripeObject | None:
    """Lists that are left out of an object unless they are asked for."""
    match node.get("object"), name:
        case "checkout.session", "line_items":
            url = f"/v1/checkout/sessions/{node['id']}/line_items"
            items = checkout.line_items(ledger, node["id"])
        case "charge", "refunds":
            url = f"/v1/charges/{node['id']}/refunds"
            items = ledger.where("refund", charge=node["id"])[::-1]
        case _:
            return None
    return {"object": "list", "data": deepcopy(items), "has_more": False, "url": url}
