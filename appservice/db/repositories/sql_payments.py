"""One payment: its row, with what became of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from appservice.db.columns import from_json, nullable, time_from_text, time_to_text, to_json
from appservice.db.transaction import Row, Transaction
from bot.domain.money.money import Money
from bot.domain.money.payment import (
    Booking,
    Consent,
    Dispute,
    DisputeState,
    Payment,
    PaymentMismatch,
    Refund,
)
from bot.ids import BookingId, PurchaseId

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
        int(payment.warned),
        _fee_to_json(payment),
        to_json([_refund_to_fields(each) for each in payment.refunds]),
        to_json([_dispute_to_fields(each) for each in payment.disputes]),
        nullable(_consent_to_json, payment.consent),
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
        refunds=tuple(_refund_from_fields(each) for each in from_json(row["refunds"])),
        disputes=tuple(_dispute_from_fields(each) for each in from_json(row["disputes"])),
        warned=bool(row["warned"]),
        consent=nullable(_consent_from_json, row["consent"]),
        duplicate=bool(row["duplicate"]),
    )


_BARE_FEE = 2
"""Fields of a fee that was written before its time was kept."""


def _fee_to_json(payment: Payment) -> str | None:
    if payment.fee is None:
        return None
    when = [time_to_text(payment.fee_at)] if payment.fee_at else []
    return to_json([payment.fee.minor, payment.fee.currency, *when])


def _consent_to_json(consent: Consent) -> str:
    return to_json({"version": consent.version, "at": time_to_text(consent.at)})


def _consent_from_json(text: str) -> Consent:
    fields = from_json(text)
    return Consent(fields["version"], time_from_text(fields["at"]))


def _refund_to_fields(refund: Refund) -> dict[str, Any]:
    return {
        "id": refund.id,
        "minor": refund.amount.minor,
        "currency": refund.amount.currency,
        "at": time_to_text(refund.at),
        "failed": refund.failed,
        "booked_at": nullable(time_to_text, refund.booked_at),
        "failure_booked_at": nullable(time_to_text, refund.failure_booked_at),
        "fee_back": [refund.fee_back.minor, refund.fee_back.currency] if refund.fee_back else None,
    }


def _refund_from_fields(fields: dict[str, Any]) -> Refund:
    return Refund(
        id=fields["id"],
        amount=Money(fields["minor"], fields["currency"]),
        at=time_from_text(fields["at"]),
        failed=fields["failed"],
        booked_at=nullable(time_from_text, fields.get("booked_at")),
        failure_booked_at=nullable(time_from_text, fields.get("failure_booked_at")),
        fee_back=Money(*fields["fee_back"]) if fields.get("fee_back") else None,
    )


def _dispute_to_fields(dispute: Dispute) -> dict[str, Any]:
    return {
        "id": dispute.id,
        "minor": dispute.amount.minor,
        "currency": dispute.amount.currency,
        "at": time_to_text(dispute.at),
        "state": dispute.state,
        "reason": dispute.reason,
        "answer_by": nullable(time_to_text, dispute.answer_by),
        "bookings": [_booking_to_fields(each) for each in dispute.bookings],
    }


def _dispute_from_fields(fields: dict[str, Any]) -> Dispute:
    dispute = Dispute(
        id=fields["id"],
        amount=Money(fields["minor"], fields["currency"]),
        at=time_from_text(fields["at"]),
        state=DisputeState(fields["state"]),
        reason=fields["reason"],
        answer_by=nullable(time_from_text, fields["answer_by"]),
    )
    told = fields.get("bookings")
    bookings = map(_booking_from_fields, told) if told is not None else _as_in_ledger(dispute)
    return replace(dispute, bookings=tuple(bookings))


def _as_in_ledger(dispute: Dispute) -> Iterator[Booking]:
    """Yield what the ledger has of one that was recorded before bookings were kept."""
    taken = [] if dispute.state is DisputeState.INQUIRY else [-dispute.amount.minor]
    back = [dispute.amount.minor] if dispute.state is DisputeState.WON else []
    for minor in (*taken, *back):
        yield Booking(
            id=BookingId(dispute.id),
            amount=Money(minor, dispute.amount.currency),
            fee=Money(0, dispute.amount.currency),
            at=dispute.at,
        )


def _booking_to_fields(booking: Booking) -> dict[str, Any]:
    return {
        "id": booking.id,
        "amount": [booking.amount.minor, booking.amount.currency],
        "fee": [booking.fee.minor, booking.fee.currency],
        "at": time_to_text(booking.at),
    }


def _booking_from_fields(fields: dict[str, Any]) -> Booking:
    return Booking(
        id=fields["id"],
        amount=Money(*fields["amount"]),
        fee=Money(*fields["fee"]),
        at=time_from_text(fields["at"]),
    )
