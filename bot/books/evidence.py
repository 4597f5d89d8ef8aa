"""Evidence for a dispute: all that the records say of one sale, in order."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from bot.errors import Broken
from bot.ids import code_of, sale_code_of
from bot.offer import Offer
from bot.ports import UnitOfWork
from bot.purchase import Purchase
from bot.visit import Visit


async def evidence(uow: UnitOfWork, purchase: Purchase) -> dict[str, Any]:
    """As JSON. What was bought is described, and is not in it. Raises Broken if its offer is gone.

    Answers what banks ask of digital goods: https://docs.stripe.com/disputes/categories
    """
    offer = await uow.offers.get(purchase.offer)
    if offer is None:
        raise Broken(f"the offer of purchase {purchase.id} is not in the records")
    visits = await uow.visits.of(purchase.id)
    return {
        "sale": sale_code_of(purchase.id),
        "buyer": purchase.buyer,
        "seller": offer.seller,
        "offer": _offer(offer),
        "payments": [_payment(purchase, number) for number in range(len(purchase.payments))],
        "deliveries": [_delivery(purchase, number) for number in range(len(purchase.deliveries))],
        "access_log": [_visit(visit) for visit in visits],
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "code": code_of(offer.id),
        "text": offer.text,
        "files": [{"name": a.name, "type": a.info.mimetype, "bytes": a.size} for a in offer.paid],
    }


def _payment(purchase: Purchase, number: int) -> dict[str, Any]:
    payment = purchase.payments[number]
    terms = purchase.attempt_of(payment.session).request.terms
    consent = None
    if payment.consent and terms:
        consent = {
            "accepted_at": _when(payment.consent.at),
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
        "paid_at": _when(payment.paid_at),
        "consent": consent,
        "refunds": [
            {"id": r.id, "amount": str(r.amount), "at": _when(r.at), "failed": r.failed}
            for r in payment.refunds
        ],
        "disputes": [
            {
                "id": d.id,
                "amount": str(d.amount),
                "opened_at": _when(d.at),
                "state": d.state.value,
                "reason": d.reason,
                "answer_by": _when(d.answer_by) if d.answer_by else None,
            }
            for d in payment.disputes
        ],
    }


def _delivery(purchase: Purchase, number: int) -> dict[str, Any]:
    delivery = purchase.deliveries[number]
    return {
        "asked_for": "payment" if delivery.payment else "the buyer, once more",
        "requested_at": _when(delivery.requested_at),
        "done_at": _when(delivery.done_at) if delivery.done_at else None,
        "taken_back_at": _when(delivery.taken_back_at) if delivery.taken_back_at else None,
        "room": delivery.room,
        "events": [asdict(handed) for handed in delivery.handed],
    }


def _visit(visit: Visit) -> dict[str, Any]:
    return {"what": visit.what.value, "at": _when(visit.at)}


def _when(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")
