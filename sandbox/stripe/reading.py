"""An API request as far as it can be read, before anybody judges it."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sandbox.stripe.contract import Contract, Operation
from sandbox.stripe.errors import StripeError, unknown_url
from sandbox.stripe.forms import parse_pairs

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reading:
    """`problem` is why it could not be read further; `object_id` is "" if the path names none."""

    operation: Operation | None
    object_id: str
    params: dict[str, Any]
    problem: StripeError | None


def read(
    contract: Contract, method: str, path: str, query: str, body: bytes, content_type: str
) -> Reading:
    found = contract.find(method, path)
    operation, object_id = found or (None, None)
    if operation is not None and operation.path.startswith("/v2/") and method == "POST":
        return _of_json(operation, object_id or "", body)
    try:
        form = parse_pairs(_pairs(method, query, body, content_type))
    except StripeError as problem:
        return Reading(operation, object_id or "", {}, problem)
    if operation is None:
        return Reading(None, "", form, unknown_url(method, path))
    return Reading(operation, object_id or "", contract.typed(operation, form), None)


def _of_json(operation: Operation, object_id: str, body: bytes) -> Reading:
    """The v2 API speaks JSON: https://docs.stripe.com/api-v2-overview."""
    try:
        params = json.loads(body)
    except ValueError:
        params = None
    if not isinstance(params, dict):
        return Reading(operation, object_id, {}, StripeError("Invalid request: no JSON object."))
    return Reading(operation, object_id, params, None)


def _pairs(method: str, query: str, body: bytes, content_type: str) -> list[tuple[str, str]]:
    text = query
    if method == "POST":
        if body and content_type != FORM:
            raise StripeError(
                f"Invalid request: the v1 API takes {FORM}, this came as {content_type}."
            )
        text = body.decode("utf-8", errors="replace")
    try:
        return parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict")
    except ValueError:
        raise StripeError("Invalid request: the parameters are no form encoded in UTF-8.") from None
