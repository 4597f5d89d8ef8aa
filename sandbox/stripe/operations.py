"""What each operation of the API does: one small function for each line of the spec's cut."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sandbox.stripe import balance, checkout, endpoints, refunds
from sandbox.stripe.account import Account
from sandbox.stripe.connect import Connect
from sandbox.stripe.errors import StripeError, not_emulated
from sandbox.stripe.listing import fields_fit, page
from sandbox.stripe.vocabulary import Cause, StripeObject

THIRTY_DAYS = 30 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Call:
    """One checked request: `object_id` is the id in its path, "" if there is none."""

    account: Account
    connect: Connect
    object_id: str
    params: dict[str, Any]
    cause: Cause
    secrets: dict[str, str]


Operation = Callable[[Call], StripeObject]


def _list_sessions(call: Call) -> StripeObject:
    checkout.expire_due(call.account)
    _refuse(call, "customer", "customer_account", "customer_details", "subscription")
    sessions = _fitting(call, "checkout.session", "payment_intent", "payment_link", "status")
    return page(sessions, call.params, "/v1/checkout/sessions")


def _list_line_items(call: Call) -> StripeObject:
    session = checkout.find_session(call.account, call.object_id)
    items = checkout.line_items(call.account.ledger, session["id"])
    return page(items[::-1], call.params, f"/v1/checkout/sessions/{session['id']}/line_items")


def _list_charges(call: Call) -> StripeObject:
    _refuse(call, "transfer_group", "customer")
    return page(_fitting(call, "charge", "payment_intent"), call.params, "/v1/charges")


def _list_payment_intents(call: Call) -> StripeObject:
    _refuse(call, "customer", "customer_account")
    return page(_fitting(call, "payment_intent"), call.params, "/v1/payment_intents")


def _list_refunds(call: Call) -> StripeObject:
    return page(_fitting(call, "refund", "charge", "payment_intent"), call.params, "/v1/refunds")


def _list_disputes(call: Call) -> StripeObject:
    return page(_fitting(call, "dispute", "charge", "payment_intent"), call.params, "/v1/disputes")


def _list_warnings(call: Call) -> StripeObject:
    kind = "radar.early_fraud_warning"
    warnings = _fitting(call, kind, "charge", "payment_intent")
    return page(warnings, call.params, "/v1/radar/early_fraud_warnings")


def _list_balance_transactions(call: Call) -> StripeObject:
    _refuse(call, "payout")
    entries = _fitting(call, "balance_transaction", "currency", "source", "type")
    return page(entries, call.params, "/v1/balance_transactions")


def _list_events(call: Call) -> StripeObject:
    params = call.params
    if {"type", "types"} <= params.keys():
        raise StripeError("You may only specify one of these parameters: type, types.")
    names = params.get("types")
    if names is not None and len(names) > 20:
        raise StripeError("You may specify up to 20 types.", param="types")
    oldest = call.account.ledger.now() - THIRTY_DAYS
    events = [
        event
        for event in call.account.ledger.all("event")
        if event["created"] >= oldest
        and fnmatchcase(event["type"], params.get("type", "*"))
        and (names is None or event["type"] in names)
        and params.get("delivery_success") in {None, event["pending_webhooks"] == 0}
    ]
    return page(events, params, "/v1/events")


def _retrieve(kind: str, param: str) -> Operation:
    return lambda call: call.account.ledger.get(kind, call.object_id, param=param)


def _fitting(call: Call, kind: str, *filters: str) -> list[StripeObject]:
    ledger = call.account.ledger
    return [item for item in ledger.all(kind) if fields_fit(item, call.params, *filters)]


def _refuse(call: Call, *names: str) -> None:
    for name in names:
        if name in call.params:
            raise not_emulated(name)


OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("GET", "/v1/balance"): lambda call: balance.balance(call.account.ledger),
    ("GET", "/v1/balance_transactions"): _list_balance_transactions,
    ("GET", "/v1/balance_transactions/{id}"): _retrieve("balance_transaction", "id"),
    ("GET", "/v1/charges"): _list_charges,
    ("GET", "/v1/charges/{charge}"): _retrieve("charge", "charge"),
    ("GET", "/v1/checkout/sessions"): _list_sessions,
    ("POST", "/v1/checkout/sessions"): lambda call: checkout.open_session(
        call.account, call.params
    ),
    ("GET", "/v1/checkout/sessions/{session}"): lambda call: checkout.find_session(
        call.account, call.object_id
    ),
    ("POST", "/v1/checkout/sessions/{session}/expire"): lambda call: checkout.expire_session(
        call.account, call.object_id, call.cause
    ),
    ("GET", "/v1/checkout/sessions/{session}/line_items"): _list_line_items,
    ("GET", "/v1/disputes"): _list_disputes,
    ("GET", "/v1/disputes/{dispute}"): _retrieve("dispute", "dispute"),
    ("GET", "/v1/events"): _list_events,
    ("GET", "/v1/events/{id}"): _retrieve("event", "id"),
    ("GET", "/v1/payment_intents"): _list_payment_intents,
    ("GET", "/v1/payment_intents/{intent}"): _retrieve("payment_intent", "intent"),
    ("GET", "/v1/radar/early_fraud_warnings"): _list_warnings,
    ("GET", "/v1/radar/early_fraud_warnings/{early_fraud_warning}"): _retrieve(
        "radar.early_fraud_warning", "early_fraud_warning"
    ),
    ("GET", "/v1/refunds"): _list_refunds,
    ("POST", "/v1/refunds"): lambda call: refunds.create_refund(
        call.account, call.params, call.cause
    ),
    ("GET", "/v1/refunds/{refund}"): _retrieve("refund", "refund"),
    ("POST", "/v1/refunds/{refund}/cancel"): lambda call: refunds.cancel_refund(
        call.account, call.object_id, call.cause
    ),
    ("GET", "/v1/webhook_endpoints"): lambda call: page(
        _fitting(call, "webhook_endpoint"), call.params, "/v1/webhook_endpoints"
    ),
    ("POST", "/v1/webhook_endpoints"): lambda call: endpoints.create_endpoint(
        call.account.ledger, call.secrets, call.params
    ),
    ("GET", "/v1/webhook_endpoints/{webhook_endpoint}"): _retrieve(
        "webhook_endpoint", "webhook_endpoint"
    ),
    ("POST", "/v2/core/accounts"): lambda call: call.connect.open(call.params),
    ("GET", "/v2/core/accounts/{id}"): lambda call: call.connect.shown(
        call.object_id, call.params.get("include", [])
    ),
    ("POST", "/v2/core/account_links"): lambda call: call.connect.link(call.params),
    ("DELETE", "/v1/webhook_endpoints/{webhook_endpoint}"): lambda call: endpoints.delete_endpoint(
        call.account.ledger, call.secrets, call.object_id
    ),
}
