"""Money that came and went, as balance transactions. The emulator takes no fees."""

from collections import defaultdict

from sandbox.stripe.ledger import Ledger
from sandbox.stripe.vocabulary import StripeObject

_REPORTED_AS = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
}


def book(
    ledger: Ledger,
    kind: str,
    amount: int,
    source: StripeObject,
    *,
    reported_as: str | None = None,
) -> StripeObject:
    """Add `amount` (negative: take it away), for the charge, refund or dispute `source`."""
    return ledger.add(
        {
            "id": ledger.new_id("txn_3"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": ledger.now(),
            "balance_type": "payments",
            "created": ledger.now(),
            "currency": source["currency"],
            "description": None,
            "exchange_rate": None,
            "fee": 0,
            "fee_details": [],
            "net": amount,
            "reporting_category": reported_as or _REPORTED_AS[kind],
            "source": source["id"],
            "status": "available",
            "type": kind,
        }
    )


def total(ledger: Ledger, currency: str) -> int:
    return _sums(ledger)[currency]


def balance(ledger: Ledger) -> StripeObject:
    sums = _sums(ledger) or {"usd": 0}
    nothing = [{"amount": 0, "currency": c, "source_types": {"card": 0}} for c in sorted(sums)]
    available = [
        {"amount": amount, "currency": currency, "source_types": {"card": amount}}
        for currency, amount in sorted(sums.items())
    ]
    return {"object": "balance", "available": available, "livemode": False, "pending": nothing}


def _sums(ledger: Ledger) -> defaultdict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for entry in ledger.all("balance_transaction"):
        sums[entry["currency"]] += entry["net"]
    return sums
