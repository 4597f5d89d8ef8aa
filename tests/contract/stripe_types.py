"""The Stripe SDK's own parameter types as a second judge of the requests that were sent.

The emulator judges by Stripe's schema of one API version; this judges by the version that the
installed SDK was generated from. A request that passes both survives an upgrade.
"""

import sys
from collections.abc import Mapping
from decimal import Decimal
from types import UnionType
from typing import Any, ForwardRef, Literal, NotRequired, Union, get_args, get_origin

import stripe.params as sdk
from stripe._request_options import RequestOptions

from sandbox.stripe import CapturedRequest
from sandbox.stripe.forms import bracketed

PARAMS_OF: Mapping[tuple[str, str], type] = {
    ("GET", "/v1/balance"): sdk.BalanceRetrieveParams,
    ("GET", "/v1/balance_transactions"): sdk.BalanceTransactionListParams,
    ("GET", "/v1/balance_transactions/{id}"): sdk.BalanceTransactionRetrieveParams,
    ("GET", "/v1/charges"): sdk.ChargeListParams,
    ("GET", "/v1/charges/{charge}"): sdk.ChargeRetrieveParams,
    ("GET", "/v1/checkout/sessions"): sdk.checkout.SessionListParams,
    ("POST", "/v1/checkout/sessions"): sdk.checkout.SessionCreateParams,
    ("GET", "/v1/checkout/sessions/{session}"): sdk.checkout.SessionRetrieveParams,
    ("POST", "/v1/checkout/sessions/{session}/expire"): sdk.checkout.SessionExpireParams,
    ("GET", "/v1/checkout/sessions/{session}/line_items"): sdk.checkout.SessionListLineItemsParams,
    ("GET", "/v1/disputes"): sdk.DisputeListParams,
    ("GET", "/v1/disputes/{dispute}"): sdk.DisputeRetrieveParams,
    ("GET", "/v1/events"): sdk.EventListParams,
    ("GET", "/v1/events/{id}"): sdk.EventRetrieveParams,
    ("GET", "/v1/payment_intents"): sdk.PaymentIntentListParams,
    ("GET", "/v1/payment_intents/{intent}"): sdk.PaymentIntentRetrieveParams,
    ("GET", "/v1/radar/early_fraud_warnings"): sdk.radar.EarlyFraudWarningListParams,
    ("GET", "/v1/refunds"): sdk.RefundListParams,
    ("POST", "/v1/refunds"): sdk.RefundCreateParams,
    ("GET", "/v1/refunds/{refund}"): sdk.RefundRetrieveParams,
    ("GET", "/v1/webhook_endpoints"): sdk.WebhookEndpointListParams,
    ("POST", "/v1/webhook_endpoints"): sdk.WebhookEndpointCreateParams,
}

_OPTIONS = frozenset(RequestOptions.__annotations__)

Path = tuple[str | int, ...]


def problems_of(request: CapturedRequest) -> list[str]:
    """What the SDK's types have against a captured request; empty if nothing.

    Raises KeyError for an operation that has no row in `PARAMS_OF`.
    """
    return problems(request.params, PARAMS_OF[request.method, request.operation or ""])


def problems(params: Mapping[str, Any], wanted: Any) -> list[str]:
    """One line for each unknown, missing or ill-typed parameter, with its bracketed name.

    Enums are open in the SDK's types (`Literal[...] | str`); here only the values named count.
    """
    return _in_hash(params, wanted, ())


def _in_hash(value: Mapping[str, Any], wanted: Any, path: Path) -> list[str]:
    is_outermost = RequestOptions in getattr(wanted, "__orig_bases__", ())
    ignored = _OPTIONS if is_outermost else frozenset()
    known = {name: hint for name, hint in wanted.__annotations__.items() if name not in ignored}
    missing = sorted((wanted.__required_keys__ & known.keys()) - value.keys())
    found = [f"{bracketed((*path, name))}: missing" for name in missing]
    module = vars(sys.modules[wanted.__module__])
    for name, child in value.items():
        if name in known:
            found += _in_value(child, known[name], module, (*path, name))
        else:
            found.append(f"{bracketed((*path, name))}: unknown")
    return found


def _in_value(value: Any, hint: Any, module: dict[str, Any], path: Path) -> list[str]:
    if isinstance(hint, ForwardRef):
        hint = eval(hint.__forward_arg__, module)  # noqa: S307 - the SDK's own annotation
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is NotRequired:
        return _in_value(value, arguments[0], module, path)
    if origin in {Union, UnionType}:
        return _in_any(value, arguments, module, path)
    if origin is Literal:
        return [] if value in arguments else [f"{bracketed(path)}: not a listed value"]
    if origin is list and isinstance(value, list):
        return [
            problem
            for number, item in enumerate(value)
            for problem in _in_value(item, arguments[0], module, (*path, number))
        ]
    if hasattr(hint, "__required_keys__") and isinstance(value, dict):
        return _in_hash(value, hint, path)
    fits = isinstance(value, dict) if origin is dict else _is_scalar_of(value, hint)
    return [] if fits else [f"{bracketed(path)}: wrong type"]


def _in_any(value: Any, hints: tuple[Any, ...], module: dict[str, Any], path: Path) -> list[str]:
    """The complaints of the alternative that was meant; `str` does not open up an enum."""
    closed = any(get_origin(hint) is Literal for hint in hints)
    verdicts = [
        _in_value(value, hint, module, path) for hint in hints if not (closed and hint is str)
    ]

    def remoteness(verdict: list[str]) -> tuple[bool, bool]:
        about_the_whole = any(each.startswith(f"{bracketed(path)}: ") for each in verdict)
        return about_the_whole, any(each.endswith("wrong type") for each in verdict)

    return min(verdicts, key=remoteness)


def _is_scalar_of(value: Any, hint: Any) -> bool:
    if hint is bool or isinstance(value, bool):
        return hint is bool and isinstance(value, bool)
    if hint is Decimal:
        return isinstance(value, str | int)
    return hint in {str, int, float} and isinstance(value, hint)
