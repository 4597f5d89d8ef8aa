"""The judge must be able to say no, or its yes means nothing."""

from typing import Any

import pytest
from stripe.params import EventListParams, RefundCreateParams
from stripe.params.checkout import SessionCreateParams

from tests.contract.stripe_types import problems

GOOD: dict[str, Any] = {
    "mode": "payment",
    "line_items": [
        {
            "quantity": 1,
            "price_data": {
                "currency": "usd",
                "unit_amount": 500,
                "product_data": {"name": "Paid message"},
            },
        }
    ],
    "metadata": {"purchase": "p1"},
    "success_url": "https://shop.example/done?session_id={CHECKOUT_SESSION_ID}",
    "expires_at": 1_800_000_000,
    "adaptive_pricing": {"enabled": False},
    "excluded_payment_method_types": ["sepa_debit"],
    "custom_text": {"submit": {"message": "Delivered at once."}},
}


def priced(**price_data: Any) -> dict[str, Any]:
    return GOOD | {"line_items": [{"quantity": 1, "price_data": price_data}]}


def test_a_right_request_has_no_problems() -> None:
    assert problems(GOOD, SessionCreateParams) == []


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        (GOOD | {"payment_method_types": ["card"]}, "payment_method_types: unknown"),
        (GOOD | {"sucess_url": "https://shop.example"}, "sucess_url: unknown"),
        (GOOD | {"idempotency_key": "k"}, "idempotency_key: unknown"),
        (GOOD | {"mode": "paiment"}, "mode: not a listed value"),
        (GOOD | {"expires_at": "soon"}, "expires_at: wrong type"),
        (GOOD | {"expires_at": True}, "expires_at: wrong type"),
        (GOOD | {"metadata": "p1"}, "metadata: wrong type"),
        (GOOD | {"adaptive_pricing": {"enabled": "no"}}, "adaptive_pricing[enabled]: wrong type"),
        (GOOD | {"line_items": {"0": {}}}, "line_items: wrong type"),
        (
            GOOD | {"excluded_payment_method_types": ["card", "cheque"]},
            "excluded_payment_method_types[1]: not a listed value",
        ),
        (GOOD | {"custom_text": {"submit": {}}}, "custom_text[submit][message]: missing"),
        (priced(unit_amount=500), "line_items[0][price_data][currency]: missing"),
        (
            priced(currency="usd", unit_amout=500),
            "line_items[0][price_data][unit_amout]: unknown",
        ),
        (
            priced(currency="usd", unit_amount="5.00"),
            "line_items[0][price_data][unit_amount]: wrong type",
        ),
    ],
)
def test_a_wrong_parameter_is_named(params: dict[str, Any], complaint: str) -> None:
    assert problems(params, SessionCreateParams) == [complaint]


def test_refunds_and_lists_are_judged_too() -> None:
    assert problems({"payment_intent": "pi_1", "reason": "duplicate"}, RefundCreateParams) == []
    assert problems({"reason": "oops"}, RefundCreateParams) == ["reason: not a listed value"]
    assert problems({"types": ["a"], "created": {"gte": 5}}, EventListParams) == []
    assert problems({"created": {"since": 5}}, EventListParams) == ["created[since]: unknown"]
