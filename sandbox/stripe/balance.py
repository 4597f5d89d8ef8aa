"""Money that came and went, as balance transactions."""

from collections import defaultdict
from collections.abc import Mapping

from sandbox.stripe.ledger import Ledger
from sandbox.stripe.vocabulary import StripeObject

_REPORTED_AS = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "application_fee": "platform_earning",
    "application_fee_refund": "platform_earning_refund",
}


def book(
    ledger: Ledger,
    kind: str,
    amount: int,
    source: StripeObject,
    *,
    reported_as: str | None = None,
    fees: Mapping[str, int] | None = None,
) -> StripeObject:
    """Add `amount` (negative: take it away), for the charge, refund or dispute `source`.

    `fees` are what Stripe (`stripe_fee`) and the platform (`application_fee`) keep of it; negative ones come back.
    """
    kept = {kind: fee for kind, fee in (fees or {}).items() if fee}
    fee = sum(kept.values())
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
            "fee": fee,
            "fee_details": [_fee_detail(*each, source) for each in kept.items()],
            "net": amount - fee,
            "reporting_category": reported_as or _REPORTED_AS[kind],
            "source": source["id"],
            "status": "available",
            "type": kind,
        }
    )


def _fee_detail(kind: str, fee: int, source: StripeObject) -> StripeObject:
    return {
        "amount": fee,
        "application": None,
        "currency": source["currency"],
        "description": kind.replace("_", " "),
        "type": kind,
    }


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
