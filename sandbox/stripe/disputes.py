"""What the buyer's bank does: disputes, and warnings before one (https://docs.stripe.com/disputes)."""

from sandbox.stripe import balance
from sandbox.stripe.account import Account
from sandbox.stripe.booking import book
from sandbox.stripe.errors import wrong_state
from sandbox.stripe.vocabulary import OUTSIDE_THE_API, StripeObject

A_WEEK = 7 * 24 * 60 * 60
_NO_EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy",
    "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication",
    "customer_email_address", "customer_name", "customer_purchase_ip", "customer_signature",
    "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id",
    "product_description", "receipt", "refund_policy", "refund_policy_disclosure",
    "refund_refusal_explanation", "service_date", "service_documentation", "shipping_address",
    "shipping_carrier", "shipping_date", "shipping_documentation", "shipping_tracking_number",
    "uncategorized_file", "uncategorized_text",
)  # fmt: skip


def open_dispute(
    account: Account, charge_id: str, reason: str, amount: int | None = None
) -> StripeObject:
    """The disputed money leaves the balance at once. `amount`: None for all that is left of the charge."""
    charge = account.ledger.get("charge", charge_id, param="charge")
    if charge["status"] != "succeeded" or charge["disputed"]:
        raise wrong_state(f"Charge {charge_id} is unpaid, or disputed already.")
    book(account, charge)
    charge["disputed"] = True
    dispute = account.ledger.add(_dispute(account, charge, reason, amount))
    account.events.record("charge.dispute.created", dispute, OUTSIDE_THE_API)
    _withdraw(account, dispute, fee=account.fees.dispute_minor)
    return dispute


def reopen_dispute(account: Account, dispute_id: str) -> StripeObject:
    """The bank looks again at what it has decided; money that had come back is withdrawn once more."""
    dispute = account.ledger.get("dispute", dispute_id, param="dispute")
    before = {"status": dispute["status"]}
    if dispute["status"] not in {"won", "lost"}:
        raise wrong_state(f"This dispute is {dispute['status']}; nothing is decided yet.")
    dispute["status"] = "under_review"
    account.events.record("charge.dispute.updated", dispute, OUTSIDE_THE_API, before=before)
    if before["status"] == "won":
        _withdraw(account, dispute)
    return dispute


def _withdraw(account: Account, dispute: StripeObject, fee: int = 0) -> None:
    taken = balance.book(
        account.ledger,
        "adjustment",
        -dispute["amount"],
        dispute,
        reported_as="dispute",
        fees={"stripe_fee": fee},
    )
    dispute["balance_transactions"].append(taken)
    account.events.record("charge.dispute.funds_withdrawn", dispute, OUTSIDE_THE_API)


def contest_dispute(account: Account, dispute_id: str) -> StripeObject:
    """The merchant hands in evidence in the Dashboard."""
    dispute = _undecided(account, dispute_id)
    before = {"status": dispute["status"]}
    dispute["status"] = "under_review"
    dispute["evidence_details"].update(has_evidence=True, submission_count=1)
    account.events.record("charge.dispute.updated", dispute, OUTSIDE_THE_API, before=before)
    return dispute


def close_dispute(account: Account, dispute_id: str, *, won: bool) -> StripeObject:
    """`won` from the merchant's side: the money comes back."""
    dispute = _undecided(account, dispute_id)
    dispute["status"] = "won" if won else "lost"
    account.events.record("charge.dispute.closed", dispute, OUTSIDE_THE_API)
    if won:
        fee_back = account.fees.dispute_minor if account.fees.dispute_returned else 0
        returned = balance.book(
            account.ledger,
            "adjustment",
            dispute["amount"],
            dispute,
            reported_as="dispute_reversal",
            fees={"stripe_fee": -fee_back},
        )
        dispute["balance_transactions"].append(returned)
        account.events.record("charge.dispute.funds_reinstated", dispute, OUTSIDE_THE_API)
    return dispute


def warn_of_fraud(account: Account, charge_id: str) -> StripeObject:
    charge = account.ledger.get("charge", charge_id, param="charge")
    warning = account.ledger.add(
        {
            "id": account.ledger.new_id("issfr_1"),
            "object": "radar.early_fraud_warning",
            "actionable": not (charge["refunded"] or charge["disputed"]),
            "charge": charge["id"],
            "created": account.ledger.now(),
            "fraud_type": "made_with_stolen_card",
            "livemode": False,
            "payment_intent": charge["payment_intent"],
        }
    )
    account.events.record("radar.early_fraud_warning.created", warning, OUTSIDE_THE_API)
    return warning


def _undecided(account: Account, dispute_id: str) -> StripeObject:
    dispute = account.ledger.get("dispute", dispute_id, param="dispute")
    if dispute["status"] not in {"needs_response", "under_review"}:
        raise wrong_state(f"This dispute is {dispute['status']} already.")
    return dispute


def _dispute(
    account: Account, charge: StripeObject, reason: str, amount: int | None
) -> StripeObject:
    now = account.ledger.now()
    dispute: StripeObject = {
        "id": account.ledger.new_id("du_1"),
        "object": "dispute",
        "amount": amount or charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}, **dict.fromkeys(_NO_EVIDENCE)},
        "evidence_details": {
            "due_by": now + A_WEEK,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    if charge["payment_method_details"]["type"] == "card":
        card = {"brand": "visa", "case_type": "chargeback", "network_reason_code": "10.4"}
        dispute["payment_method_details"] = {"type": "card", "card": card}
    return dispute
