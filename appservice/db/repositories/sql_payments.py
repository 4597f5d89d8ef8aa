"""One payment: its row, with what became of it."""

from typing import Any

from appservice.db.columns import from_json, nullable, time_from_text, time_to_text, to_json
from appservice.db.repositories.json_column import JsonColumn
from appservice.db.transaction import Row, Transaction
from bot.domain.money.money import Money
from bot.domain.money.payment import (
    Consent,
    Dispute,
    DisputeState,
    Payment,
    PaymentMismatch,
    Refund,
)
from bot.ids import PurchaseId

_RECORD = """
    INSERT INTO payments (payment_intent, purchase, number, session, amount, currency, paid_at, charge, tax,
        duplicate, warned, fee, refunds, disputes, consent)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (payment_intent) DO UPDATE SET session = excluded.session, charge = excluded.charge,
        warned = excluded.warned, fee = excluded.fee, refunds = excluded.refunds, disputes = excluded.disputes
    WHERE payments.purchase = excluded.purchase RETURNING purchase
"""


async def write_payment(
    transaction: Transaction, purchase: PurchaseId, number: int, payment: Payment
) -> None:
    """Raises PaymentMismatch when it was counted for another purchase."""
    recorded = await transaction.row(
        _RECORD,
        payment.intent,
        purchase,
        number,
        payment.session,
        payment.amount.minor,
        payment.amount.currency,
        time_to_text(payment.paid_at),
        payment.charge,
        payment.tax.minor if payment.tax else 0,
        int(payment.duplicate),
        int(payment.fraud_warning),
        _fee_to_json(payment),
        _REFUNDS.write(payment.refunds),
        _DISPUTES.write(payment.disputes),
        nullable(_CONSENT.write, payment.consent),
    )
    if recorded is None:
        raise PaymentMismatch(f"payment {payment.intent} was counted before, for another purchase")


def payment_from_row(row: Row) -> Payment:
    currency = row["currency"]
    fee = from_json(row["fee"]) if row["fee"] else None
    return Payment(
        intent=row["payment_intent"],
        session=row["session"],
        amount=Money(row["amount"], currency),
        paid_at=time_from_text(row["paid_at"]),
        tax=Money(row["tax"], currency) if row["tax"] else None,
        charge=row["charge"],
        fee=Money(*fee[:2]) if fee else None,
        fee_at=time_from_text(fee[2]) if fee and len(fee) > _BARE_FEE else None,
        refunds=_REFUNDS.read(row["refunds"]),
        disputes=_DISPUTES.read(row["disputes"]),
        fraud_warning=bool(row["warned"]),
        consent=nullable(_CONSENT.read, row["consent"]),
        duplicate=bool(row["duplicate"]),
    )


_BARE_FEE = 2
"""Fields of a fee that was written before its time was kept."""


def _fee_to_json(payment: Payment) -> str | None:
    if payment.fee is None:
        return None
    when = [time_to_text(payment.fee_at)] if payment.fee_at else []
    return to_json([payment.fee.minor, payment.fee.currency, *when])


def _earlier_refunds(refunds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_with_amounts(each) for each in refunds]


def _earlier_disputes(disputes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_with_bookings(_with_amounts(each)) for each in disputes]


def _with_amounts(fields: dict[str, Any]) -> dict[str, Any]:
    """Amounts were written beside the other fields, or as lists."""
    if "minor" in fields:
        fields["amount"] = [fields.pop("minor"), fields.pop("currency")]
    for name in ("amount", "fee", "fee_back"):
        if isinstance(fields.get(name), list):
            fields[name] = dict(zip(("minor", "currency"), fields[name], strict=True))
    return fields


def _with_bookings(dispute: dict[str, Any]) -> dict[str, Any]:
    """One that was recorded before bookings were kept did to the balance what the ledger has of it."""
    bookings = dispute.setdefault("bookings", _as_in_ledger(dispute))
    return dispute | {"bookings": [_with_amounts(each) for each in bookings]}


def _as_in_ledger(dispute: dict[str, Any]) -> list[dict[str, Any]]:
    minor, currency = dispute["amount"]["minor"], dispute["amount"]["currency"]
    taken = [] if dispute["state"] == DisputeState.INQUIRY else [-minor]
    back = [minor] if dispute["state"] == DisputeState.WON else []
    return [
        {"id": dispute["id"], "amount": [each, currency], "fee": [0, currency], "at": dispute["at"]}
        for each in (*taken, *back)
    ]


_REFUNDS = JsonColumn[tuple[Refund, ...]](tuple[Refund, ...], _earlier_refunds)
_DISPUTES = JsonColumn[tuple[Dispute, ...]](tuple[Dispute, ...], _earlier_disputes)
_CONSENT = JsonColumn[Consent](Consent)
