"""Checkout sessions: made, looked at, expired (https://docs.stripe.com/api/checkout/sessions)."""

from typing import Any

from sandbox.stripe import checkout_rules
from sandbox.stripe.account import Account
from sandbox.stripe.errors import StripeError, wrong_state
from sandbox.stripe.ledger import Basket, Ledger
from sandbox.stripe.vocabulary import OUTSIDE_THE_API, Cause, StripeObject

DELAYED_METHOD = "us_bank_account"
_TEXT_POSITIONS = ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")


def open_session(account: Account, params: dict[str, Any]) -> StripeObject:
    ledger = account.ledger
    checkout_rules.check(params, ledger.now(), connected=account.id is not None)
    if not account.dashboard.charges_enabled:
        raise StripeError(
            "Your account cannot currently make charges. To find out why charges are currently disabled, look at"
            " the `requirements.disabled_reason` property on the account."
        )
    session_id = ledger.new_id("cs_test_a1", 58)
    consent = params.get("consent_collection", {})
    if consent.get("terms_of_service") == "required" and not account.dashboard.terms_url:
        raise StripeError(
            "You cannot collect consent to your terms of service unless a URL is set in the Stripe Dashboard."
            " Update your public business information at https://dashboard.stripe.com/settings/public.",
            param="consent_collection[terms_of_service]",
        )
    ledger.baskets[session_id] = Basket(
        line_items=[_line_item(ledger, line) for line in params["line_items"]],
        payment_intent_data=params.get("payment_intent_data", {}),
        terms_required=consent.get("terms_of_service") == "required",
        tax_behavior=_tax_behavior(params),
        invoice=_is_on(params, "invoice_creation"),
    )
    return ledger.add(_session(account, session_id, params))


def find_session(account: Account, session_id: str) -> StripeObject:
    """A session as it is now: one whose time is over expires as soon as somebody looks."""
    session = account.ledger.get("checkout.session", session_id, param="session")
    if session["status"] == "open" and session["expires_at"] <= account.ledger.now():
        _end(account, session, OUTSIDE_THE_API)
    return session


def expire_session(account: Account, session_id: str, cause: Cause) -> StripeObject:
    session = find_session(account, session_id)
    if session["status"] != "open":
        raise wrong_state(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of {session['status']}."
        )
    _end(account, session, cause)
    return session


def expire_due(account: Account) -> list[StripeObject]:
    """Expire every session whose time is over; returns those."""
    due = [
        session
        for session in account.ledger.where("checkout.session", status="open")
        if session["expires_at"] <= account.ledger.now()
    ]
    for session in due:
        _end(account, session, OUTSIDE_THE_API)
    return due


def line_items(ledger: Ledger, session_id: str) -> list[StripeObject]:
    return ledger.baskets[session_id].line_items


def _end(account: Account, session: StripeObject, cause: Cause) -> None:
    session.update(status="expired", url=None)
    account.events.record("checkout.session.expired", session, cause)


def _line_item(ledger: Ledger, line: dict[str, Any]) -> StripeObject:
    price = line["price_data"]
    quantity = line.get("quantity", 1)
    currency = price["currency"].lower()
    amount = price["unit_amount"] * quantity
    return {
        "id": ledger.new_id("li_1"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": price["product_data"]["name"],
        "metadata": {},
        "price": {
            "id": ledger.new_id("price_1"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": ledger.now(),
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": ledger.new_id("prod_", 14),
            "recurring": None,
            "tax_behavior": price.get("tax_behavior", "unspecified"),
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": quantity,
    }


def _session(account: Account, session_id: str, params: dict[str, Any]) -> StripeObject:
    now = account.ledger.now()
    lines = params["line_items"]
    amount = checkout_rules.total(lines)
    text = params.get("custom_text", {})
    consent = params.get("consent_collection")
    session: StripeObject = {
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", False)},
        "after_expiration": None,
        "allow_promotion_codes": None,
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": _automatic_tax(params),
        "billing_address_collection": None,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": consent
        and {
            "payment_method_reuse_agreement": None,
            "promotions": consent.get("promotions", "none"),
            "terms_of_service": consent.get("terms_of_service", "none"),
        },
        "created": now,
        "currency": lines[0]["price_data"]["currency"].lower(),
        "currency_conversion": None,
        "custom_fields": [],
        "custom_text": {position: text.get(position) or None for position in _TEXT_POSITIONS},
        "customer": None,
        "customer_account": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "customer_email": None,
        "discounts": [],
        "expires_at": params.get("expires_at", now + checkout_rules.A_DAY),
        "integration_identifier": params.get("integration_identifier"),
        "invoice": None,
        "invoice_creation": _invoice_creation(params),
        "livemode": False,
        "locale": params.get("locale"),
        "managed_payments": {"enabled": _is_on(params, "managed_payments")},
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "origin_context": params.get("origin_context"),
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": _offered_methods(params),
        "payment_status": "unpaid",
        "permissions": None,
        "phone_number_collection": {"enabled": False},
        "recovered_from": None,
        "saved_payment_method_options": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "subscription": None,
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{account.dashboard.checkout_origin or account.url}/c/pay/{session_id}",
        "wallet_options": None,
    }
    if excluded := params.get("excluded_payment_method_types"):
        session["excluded_payment_method_types"] = excluded
    return session


def _is_on(params: dict[str, Any], switch: str) -> bool:
    return bool(params.get(switch, {}).get("enabled", False))


def _tax_behavior(params: dict[str, Any]) -> str | None:
    """Of the line items; for prices that do not say, the account's default, which is exclusive."""
    if not _is_on(params, "automatic_tax"):
        return None
    said = params["line_items"][0]["price_data"].get("tax_behavior", "unspecified")
    return "exclusive" if said == "unspecified" else str(said)


def _automatic_tax(params: dict[str, Any]) -> StripeObject:
    if not _is_on(params, "automatic_tax"):
        return {"enabled": False, "liability": None, "provider": None, "status": None}
    return {
        "enabled": True,
        "liability": {"type": "self"},
        "provider": "stripe",
        "status": "requires_location_inputs",
    }


def _invoice_creation(params: dict[str, Any]) -> StripeObject | None:
    if not _is_on(params, "invoice_creation"):
        return None
    return {
        "enabled": True,
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": None,
            "metadata": None,
            "rendering_options": None,
        },
    }


def _offered_methods(params: dict[str, Any]) -> list[str]:
    wanted: list[str] = params.get("payment_method_types", ["card", DELAYED_METHOD])
    excluded = params.get("excluded_payment_method_types", ())
    return [method for method in wanted if method not in excluded]
