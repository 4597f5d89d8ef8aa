"""Refunds, by the API and in the Dashboard (https://docs.stripe.com/api/refunds)."""

from typing import Any

from sandbox.stripe import balance
from sandbox.stripe.account import Account
from sandbox.stripe.booking import book
from sandbox.stripe.currencies import shown
from sandbox.stripe.errors import StripeError, not_emulated, wrong_state
from sandbox.stripe.ledger import Ledger
from sandbox.stripe.vocabulary import OUTSIDE_THE_API, Cause, StripeObject

CARRIED_OUT = frozenset(
    {
        "amount", "charge", "expand", "metadata", "payment_intent", "reason",
        "refund_application_fee",
    }
)  # fmt: skip


def create_refund(account: Account, params: dict[str, Any], cause: Cause) -> StripeObject:
    """Card refunds succeed at once; those of bank debits stay pending until they are settled.

    All leave the balance at once, but for the Dashboard's `refunds_await_buyer`.
    """
    for name in params:
        if name not in CARRIED_OUT:
            raise not_emulated(name)
    charge = _charge_to_refund(account, params)
    book(account, charge)
    amount = _amount_to_refund(charge, params.get("amount"))
    refund = account.ledger.add(_refund(account, charge, amount, params))
    kind = "refund" if _is_card(charge) else "payment_refund"
    fee = _fee_back(account, charge, amount, params)
    booked = balance.book(account.ledger, kind, -amount, refund, fees={"application_fee": -fee})
    refund["balance_transaction"] = booked["id"]
    if fee and account.platform:
        balance.book(account.platform.ledger, "application_fee_refund", -fee, refund)
    _count_refunded(charge, amount)
    account.events.record("refund.created", refund, cause)
    account.events.record("charge.refunded", charge, cause)
    return refund


def _fee_back(account: Account, charge: StripeObject, amount: int, params: dict[str, Any]) -> int:
    """The part of the platform's fee that goes back with this refund."""
    if "refund_application_fee" not in params:
        return 0
    if account.platform is None or not charge["application_fee"]:
        raise StripeError(
            "This charge has no application fee to refund.", param="refund_application_fee"
        )
    if not params["refund_application_fee"]:
        return 0
    return int(charge["application_fee_amount"] * amount // charge["amount"])


def settle_refund(account: Account, refund_id: str, *, succeed: bool) -> StripeObject:
    """Let a pending refund arrive, or let a refund fail, even one that had succeeded."""
    refund = account.ledger.get("refund", refund_id, param="refund")
    ended = refund["status"] in {"failed", "canceled"}
    if ended or (succeed and refund["status"] == "succeeded"):
        raise wrong_state(f"This refund is {refund['status']} already.")
    before = {"status": refund["status"]}
    if succeed:
        refund["status"] = "succeeded"
        _announce_update(account, refund, before, OUTSIDE_THE_API)
        return refund
    refund.update(status="failed", failure_reason="lost_or_stolen_card")
    _return_to_balance(account, refund)
    _announce_update(account, refund, before, OUTSIDE_THE_API)
    account.events.record("refund.failed", refund, OUTSIDE_THE_API)
    return refund


def cancel_refund(account: Account, refund_id: str, cause: Cause) -> StripeObject:
    """https://docs.stripe.com/api/refunds/cancel"""
    refund = account.ledger.get("refund", refund_id, param="refund")
    if refund["status"] != "requires_action":
        raise wrong_state(
            f"You cannot cancel this refund because it has a status of {refund['status']}. Only a refund with"
            " the following status may be canceled: requires_action."
        )
    before = {"status": refund["status"]}
    refund["status"] = "canceled"
    _return_to_balance(account, refund)
    _announce_update(account, refund, before, cause)
    return refund


def _return_to_balance(account: Account, refund: StripeObject) -> None:
    booked = balance.book(account.ledger, "refund_failure", refund["amount"], refund)
    refund["failure_balance_transaction"] = booked["id"]
    _count_refunded(account.ledger.get("charge", refund["charge"]), -refund["amount"])


def _announce_update(
    account: Account, refund: StripeObject, before: StripeObject, cause: Cause
) -> None:
    """Both types are sent: https://docs.stripe.com/api/events/types#event_types-charge.refund.updated"""
    account.events.record("refund.updated", refund, cause, before=before)
    account.events.record("charge.refund.updated", refund, cause, before=before)


def _charge_to_refund(account: Account, params: dict[str, Any]) -> StripeObject:
    if ("charge" in params) == ("payment_intent" in params):
        raise StripeError(
            "One of the following params should be provided for this request: payment_intent or "
            "charge.",
            code="parameter_missing",
        )
    ledger = account.ledger
    charge_id = params.get("charge")
    if charge_id is None:
        intent = ledger.get("payment_intent", params["payment_intent"], param="payment_intent")
        charge_id = intent["latest_charge"] if intent["status"] == "succeeded" else None
        if charge_id is None:
            raise wrong_state(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            )
    charge = ledger.get("charge", charge_id, param="charge")
    if charge["status"] != "succeeded":
        raise wrong_state(f"Charge {charge_id} has not been paid; it cannot be refunded.")
    if is_charged_back(account.ledger, charge):
        raise wrong_state(
            f"Charge {charge_id} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    if charge["refunded"]:
        raise wrong_state(
            f"Charge {charge_id} has already been refunded.", code="charge_already_refunded"
        )
    return charge


def is_charged_back(ledger: Ledger, charge: StripeObject) -> bool:
    """Whether the bank decides about the charge, or has decided for its buyer."""
    disputes = ledger.where("dispute", charge=charge["id"])
    return any(each["status"] in {"needs_response", "under_review", "lost"} for each in disputes)


def _amount_to_refund(charge: StripeObject, wanted: int | None) -> int:
    left = int(charge["amount"] - charge["amount_refunded"])
    if wanted is None:
        return left
    if wanted < 1:
        raise StripeError(
            "This value must be greater than or equal to 1.",
            code="parameter_invalid_integer",
            param="amount",
        )
    if wanted > left:
        raise wrong_state(
            f"Refund amount ({shown(wanted, charge['currency'])}) is greater than unrefunded "
            f"amount on charge ({shown(left, charge['currency'])})"
        )
    return wanted


def _count_refunded(charge: StripeObject, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]


def _is_card(charge: StripeObject) -> bool:
    return bool(charge["payment_method_details"]["type"] == "card")


def _refund(
    account: Account, charge: StripeObject, amount: int, params: dict[str, Any]
) -> StripeObject:
    refund: StripeObject = {
        "id": account.ledger.new_id("re_3" if _is_card(charge) else "pyr_1"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": account.ledger.now(),
        "currency": charge["currency"],
        "metadata": params.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": _first_status(account, charge),
        "transfer_reversal": None,
    }
    if _is_card(charge):
        card = {"reference_status": "pending", "reference_type": "acquirer_reference_number"}
        refund["destination_details"] = {"type": "card", "card": card | {"type": "refund"}}
    if refund["status"] == "pending":
        refund["pending_reason"] = "processing"
    return refund


def _first_status(account: Account, charge: StripeObject) -> str:
    if account.dashboard.refunds_await_buyer:
        return "requires_action"
    return "succeeded" if _is_card(charge) else "pending"
