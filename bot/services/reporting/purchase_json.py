"""What is known of a purchase, as JSON. Nothing in it opens, pays or signs in anything."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.domain.people.access_log import AccessLogEntry
from bot.domain.purchases.purchase import Purchase


def payments_of(purchase: Purchase) -> list[dict[str, Any]]:
    return [_payment(purchase, number) for number in range(len(purchase.payments))]


def deliveries_of(purchase: Purchase) -> list[dict[str, Any]]:
    return [_delivery(purchase, number) for number in range(len(purchase.deliveries))]


def visit_json(visit: AccessLogEntry) -> dict[str, Any]:
    return {"what": visit.kind.value, "at": when(visit.at)}


def when(time: datetime) -> str:
    """UTC, to the second."""
    return time.astimezone(UTC).isoformat(timespec="seconds")


def _payment(purchase: Purchase, number: int) -> dict[str, Any]:
    payment = purchase.payments[number]
    terms = purchase.attempt_of(payment.session).request.terms
    consent = None
    if payment.consent and terms:
        consent = {
            "accepted_at": when(payment.consent.at),
            "version": payment.consent.version,
            "text": terms.text,
            "url": terms.url,
        }
    return {
        "payment_intent": payment.intent,
        "charge": payment.charge,
        "checkout_session": payment.session,
        "amount": str(payment.amount),
        "tax": str(payment.tax) if payment.tax else None,
        "paid_at": when(payment.paid_at),
        "consent": consent,
        "refunds": [
            {"id": r.id, "amount": str(r.amount), "at": when(r.at), "failed": r.failed}
            for r in payment.refunds
        ],
        "disputes": [
            {
                "id": d.id,
                "amount": str(d.amount),
                "opened_at": when(d.at),
                "state": d.state.value,
                "reason": d.reason,
                "answer_by": when(d.answer_by) if d.answer_by else None,
            }
            for d in payment.disputes
        ],
    }


def _delivery(purchase: Purchase, number: int) -> dict[str, Any]:
    delivery = purchase.deliveries[number]
    return {
        "asked_for": "payment" if delivery.payment else "the buyer, once more",
        "requested_at": when(delivery.requested_at),
        "done_at": when(delivery.done_at) if delivery.done_at else None,
        "taken_back_at": when(delivery.revoked_at) if delivery.revoked_at else None,
        "room": delivery.room,
        "events": [asdict(handed) for handed in delivery.files],
    }
