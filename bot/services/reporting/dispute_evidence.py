"""Evidence for a dispute: all that the records say of one sale, in order."""

from typing import Any

from bot.domain.offers.offer import Offer
from bot.domain.purchases.purchase import Purchase
from bot.errors import OperatorError
from bot.ids import code_of, sale_code_of
from bot.ports import UnitOfWork
from bot.services.reporting.purchase_json import deliveries_of, payments_of, visit_json


async def evidence(uow: UnitOfWork, purchase: Purchase) -> dict[str, Any]:
    """As JSON. What was bought is described, and is not in it. Raises OperatorError if its offer is gone.

    Answers what banks ask of digital goods: https://docs.stripe.com/disputes/categories
    """
    offer = await uow.offers.get(purchase.offer)
    if offer is None:
        raise OperatorError(f"the offer of purchase {purchase.id} is not in the records")
    visits = await uow.visits.of(purchase.id)
    return {
        "sale": sale_code_of(purchase.id),
        "buyer": purchase.buyer,
        "seller": offer.seller,
        "offer": _offer(offer),
        "payments": payments_of(purchase),
        "deliveries": deliveries_of(purchase),
        "access_log": [visit_json(visit) for visit in visits],
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "code": code_of(offer.id),
        "text": offer.text,
        "files": [{"name": a.name, "type": a.info.mimetype, "bytes": a.size} for a in offer.paid],
    }
