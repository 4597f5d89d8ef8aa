"""Payment intents and charges in Stripe's shape, made for a Checkout session."""

from typing import Any

from sandbox.stripe.cards import Refusal
from sandbox.stripe.checkout import DELAYED_METHOD
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.vocabulary import StripeObject

NOBODY: StripeObject = {
    "address": {
        "city": None, "country": None, "line1": None, "line2": None, "postal_code": None,
        "state": None,
    },
    "email": None, "name": None, "phone": None, "tax_id": None,
}  # fmt: skip


def payment_intent(ledger: Ledger, session: StripeObject) -> StripeObject:
    """Not confirmed yet. Metadata come from `payment_intent_data`, never from the session."""
    data = ledger.baskets[session["id"]].payment_intent_data
    intent_id = ledger.new_id("pi_3")
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": data.get("application_fee_amount"),
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": ledger.new_id(f"{intent_id}_secret_"),
        "confirmation_method": "automatic",
        "created": ledger.now(),
        "currency": session["currency"],
        "customer": None,
        "customer_account": None,
        "description": data.get("description"),
        "excluded_payment_method_types": session.get("excluded_payment_method_types"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": None,
        "metadata": data.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": session["payment_method_types"],
        "processing": None,
        "receipt_email": None,
        "review": None,
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }


def card_charge(
    ledger: Ledger,
    session: StripeObject,
    intent: StripeObject,
    card: str,
    refusal: Refusal | None,
) -> StripeObject:
    charge = _charge(ledger, "ch_3", session, intent)
    charge["payment_method_details"] = {"type": "card", "card": _card_details(ledger, card)}
    if refusal is None:
        charge["outcome"] |= {"seller_message": "Payment complete.", "type": "authorized"}
    else:
        charge["failure_code"] = "card_declined"
        charge["failure_message"] = refusal.message
        charge["outcome"] |= {
            "network_status": "declined_by_network",
            "reason": refusal.decline_code,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }
    return charge


def bank_debit(ledger: Ledger, session: StripeObject, intent: StripeObject) -> StripeObject:
    """A payment that is confirmed days later. Its id begins with `py_`, as Stripe's do."""
    charge = _charge(ledger, "py_3", session, intent)
    charge["payment_method_details"] = {
        "type": DELAYED_METHOD,
        DELAYED_METHOD: {
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "fingerprint": ledger.new_id("", 16),
            "last4": "6789",
            "payment_reference": None,
            "routing_number": "110000000",
        },
    }
    charge["outcome"] |= {"seller_message": "Payment complete.", "type": "authorized"}
    return charge


def _charge(
    ledger: Ledger, prefix: str, session: StripeObject, intent: StripeObject
) -> StripeObject:
    return ledger.add(
        {
            "id": ledger.new_id(prefix),
            "object": "charge",
            "amount": session["amount_total"],
            "amount_captured": 0,
            "amount_refunded": 0,
            "application": None,
            "application_fee": None,
            "application_fee_amount": intent["application_fee_amount"],
            "balance_transaction": None,
            "billing_details": NOBODY,
            "calculated_statement_descriptor": None,
            "captured": False,
            "created": ledger.now(),
            "currency": session["currency"],
            "customer": None,
            "description": intent["description"],
            "disputed": False,
            "failure_balance_transaction": None,
            "failure_code": None,
            "failure_message": None,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(intent["metadata"]),
            "on_behalf_of": None,
            "outcome": {
                "advice_code": None,
                "network_advice_code": None,
                "network_decline_code": None,
                "network_status": "approved_by_network",
                "reason": None,
                "risk_level": "normal",
                "risk_score": 1,
                "seller_message": None,
                "type": "authorized",
            },
            "paid": False,
            "payment_intent": intent["id"],
            "payment_method": ledger.new_id("pm_1"),
            "payment_method_details": None,
            "radar_options": {},
            "receipt_email": None,
            "receipt_number": None,
            "receipt_url": None,
            "refunded": False,
            "review": None,
            "shipping": None,
            "source_transfer": None,
            "statement_descriptor": None,
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
            "status": "pending",
            "transfer_data": None,
            "transfer_group": None,
        }
    )


def _card_details(ledger: Ledger, card: str) -> dict[str, Any]:
    checks = {
        "address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass",
    }  # fmt: skip
    return {
        "brand": "visa",
        "checks": checks,
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": ledger.new_id("", 16),
        "funding": "credit",
        "installments": None,
        "last4": card.strip()[-4:],
        "mandate": None,
        "network": "visa",
        "network_token": {"used": False},
        "network_transaction_id": None,
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }
