"""What Stripe demands of a new Checkout session beyond its schema.

Sources: https://docs.stripe.com/api/checkout/sessions/create, https://docs.stripe.com/api/metadata.
"""

from typing import Any
from urllib.parse import urlsplit

from sandbox.stripe.currencies import check_currency, check_total, check_unit_amount
from sandbox.stripe.errors import StripeError, no_such, not_emulated

HALF_AN_HOUR = 30 * 60
A_DAY = 24 * 60 * 60
CLOCK_SLACK = 10
"""Seconds a request may be under way before its `expires_at` counts as too early."""

CARRIED_OUT = frozenset(
    {
        "adaptive_pricing", "automatic_tax", "cancel_url", "client_reference_id", "consent_collection",
        "custom_text", "excluded_payment_method_types", "expand", "expires_at",
        "integration_identifier", "invoice_creation", "line_items", "locale", "managed_payments",
        "metadata", "mode",
        "origin_context", "payment_intent_data", "payment_method_types", "submit_type",
        "success_url", "ui_mode",
    }
)  # fmt: skip
SWITCHES_THAT_MAY_BE_OFF = {
    "adaptive_pricing": "enabled",
    "phone_number_collection": "enabled",
    "tax_id_collection": "enabled",
}
CARRIED_OUT_FOR_THE_PAYMENT = frozenset(
    {
        "application_fee_amount",
        "description",
        "metadata",
        "statement_descriptor",
        "statement_descriptor_suffix",
    }
)
CARRIED_OUT_FOR_A_LINE = frozenset({"price", "price_data", "quantity"})


def check(params: dict[str, Any], now: int, *, connected: bool) -> None:
    """Raises StripeError for the first rule that is broken. `connected`: on a connected account."""
    _check_carried_out(params)
    _check_mode(params)
    _check_urls(params)
    _check_expiry(params.get("expires_at"), now)
    _check_metadata(params.get("metadata", {}), "metadata")
    payment = params.get("payment_intent_data", {})
    _check_metadata(payment.get("metadata", {}), "payment_intent_data[metadata]")
    if "statement_descriptor" in payment:
        raise StripeError(
            "The statement_descriptor parameter is not supported for card payments. "
            "Use statement_descriptor_suffix instead.",
            param="payment_intent_data[statement_descriptor]",
        )
    _check_lines(params.get("line_items") or [])
    _check_fee(params, payment.get("application_fee_amount"), connected=connected)


def total(lines: list[dict[str, Any]]) -> int:
    return sum(line["price_data"]["unit_amount"] * line.get("quantity", 1) for line in lines)


def _check_fee(params: dict[str, Any], fee: int | None, *, connected: bool) -> None:
    if connected and params.get("managed_payments", {}).get("enabled"):
        raise StripeError("Managed Payments is not available for connected accounts.")
    if fee is None:
        return
    param = "payment_intent_data[application_fee_amount]"
    if not connected:
        raise StripeError(
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a direct "
            "payment (using an OAuth key or Stripe-Account header) or destination payment.",
            param=param,
        )
    if not 0 < fee <= total(params["line_items"]):
        raise StripeError(
            "The application fee must be positive, and at most the amount of the charge.",
            param=param,
        )


def _check_carried_out(params: dict[str, Any]) -> None:
    for name, value in params.items():
        switch = SWITCHES_THAT_MAY_BE_OFF.get(name)
        if switch is not None and set(value) == {switch}:
            if value[switch] is False:
                continue
            raise not_emulated(f"{name}[{switch}]")
        if name not in CARRIED_OUT:
            raise not_emulated(name)
    for name in params.get("payment_intent_data", {}):
        if name not in CARRIED_OUT_FOR_THE_PAYMENT:
            raise not_emulated(f"payment_intent_data[{name}]")


def _check_mode(params: dict[str, Any]) -> None:
    if "mode" not in params:
        raise StripeError("Missing required param: mode.", code="parameter_missing", param="mode")
    if params["mode"] != "payment":
        raise not_emulated("mode")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_emulated("ui_mode")
    if {"payment_method_types", "excluded_payment_method_types"} <= params.keys():
        raise StripeError(
            "You may only specify one of these parameters: payment_method_types, "
            "excluded_payment_method_types."
        )
    for required in ("line_items", "success_url"):
        if not params.get(required):
            raise StripeError(
                f"Missing required param: {required}.", code="parameter_missing", param=required
            )


def _check_urls(params: dict[str, Any]) -> None:
    for name in ("success_url", "cancel_url"):
        if name not in params:
            continue
        try:
            parts = urlsplit(params[name])
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise StripeError(
                "Not a valid URL: the URL must start with http:// or https://.",
                code="url_invalid",
                param=name,
            )


def _check_expiry(expires_at: int | None, now: int) -> None:
    if expires_at is None:
        return
    if expires_at < now + HALF_AN_HOUR - CLOCK_SLACK:
        raise StripeError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session "
            "creation.",
            param="expires_at",
        )
    if expires_at > now + A_DAY + CLOCK_SLACK:
        raise StripeError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _check_metadata(metadata: dict[str, str], param: str) -> None:
    if len(metadata) > 50:
        raise StripeError("Metadata can have up to 50 keys.", param=param)
    for key, value in metadata.items():
        if len(key) > 40 or len(value) > 500:
            raise StripeError(
                "Metadata keys can be up to 40 characters long, and values up to 500 characters.",
                param=f"{param}[{key}]",
            )


def _check_lines(lines: list[dict[str, Any]]) -> None:
    for number, line in enumerate(lines):
        _check_line(line, f"line_items[{number}]")
    currencies = {line["price_data"]["currency"].lower() for line in lines}
    if len(currencies) > 1:
        raise StripeError("Each line item must use the same currency.", param="line_items")
    check_total(total(lines), currencies.pop())


def _check_line(line: dict[str, Any], param: str) -> None:
    for name in line:
        if name not in CARRIED_OUT_FOR_A_LINE:
            raise not_emulated(f"{param}[{name}]")
    if "price" in line:
        raise no_such("price", line["price"], f"{param}[price]")
    if "price_data" not in line:
        raise StripeError(
            f"Missing required param: {param}[price].",
            code="parameter_missing",
            param=f"{param}[price]",
        )
    if line.get("quantity", 1) < 1:
        raise StripeError(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param=f"{param}[quantity]",
        )
    price = line["price_data"]
    for name in price:
        if name not in {"currency", "unit_amount", "product_data", "tax_behavior"}:
            raise not_emulated(f"{param}[price_data][{name}]")
    for name in ("unit_amount", "product_data"):
        if name not in price:
            raise StripeError(
                f"Missing required param: {param}[price_data][{name}].",
                code="parameter_missing",
                param=f"{param}[price_data][{name}]",
            )
    check_currency(price["currency"], f"{param}[price_data][currency]")
    amount_param = f"{param}[price_data][unit_amount]"
    check_unit_amount(price["unit_amount"], price["currency"].lower(), amount_param)
