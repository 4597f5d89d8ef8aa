"""Notify buyers and sellers of payments, refunds and disputes."""

from dataclasses import dataclass

from bot.domain.money.money import Money
from bot.domain.money.payment import Payment
from bot.domain.offers.offer import Offer
from bot.domain.purchases.purchase import Purchase
from bot.domain.purchases.sale_event import SaleNotification
from bot.errors import OperatorError, UserError
from bot.ids import TxId, code_of, sale_code_of, tx_id
from bot.jobs.payment_jobs import NotifyBuyer, NotifySeller
from bot.messages import BuyerNews, SellerNews, Sold
from bot.ports import Rooms, Store
from bot.services.delivery.deliver import sale_of
from bot.services.messaging.direct_room import DirectRoom


@dataclass(frozen=True, slots=True)
class SendSellerNotification:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom

    async def __call__(self, job: NotifySeller) -> None:
        purchase, offer = await sale_of(self.store, job.purchase)
        room = await self.direct_room(offer.seller, secrets=False)
        tx = _tx("seller", job)
        message = _to_seller(SaleNotification(job.news), job.about, purchase, offer, job.words)
        await self.rooms.confide(room, message, tx)


@dataclass(frozen=True, slots=True)
class SendBuyerNotification:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom

    async def __call__(self, job: NotifyBuyer) -> None:
        purchase, offer = await sale_of(self.store, job.purchase)
        if purchase.forgotten:
            return
        amount, whole, _ = _amount_of(purchase, job.about)
        message = BuyerNews(
            news=SaleNotification(job.news),
            code=code_of(offer.id),
            text=offer.text,
            amount=str(amount),
            whole=whole,
        )
        try:
            room = await self.direct_room(purchase.buyer)
            await self.rooms.confide(room, message, _tx("buyer", job))
        except UserError:
            latest, _ = await sale_of(self.store, job.purchase)
            if not latest.forgotten:
                raise
            # The bot has left the room, because the buyer was forgotten meanwhile.


def _tx(to: str, job: NotifySeller | NotifyBuyer) -> TxId:
    return tx_id(to, job.news, job.about, *([job.at] if job.at else []))


def _to_seller(
    news: SaleNotification, about: str, purchase: Purchase, offer: Offer, note: str
) -> Sold | SellerNews:
    amount, whole, payment = _amount_of(purchase, about)
    sale = sale_code_of(purchase.id)
    if news is SaleNotification.SOLD:
        return Sold(
            seller=offer.seller,
            buyer=purchase.buyer,
            sale=sale,
            code=code_of(offer.id),
            price=str(amount),
            text=offer.text,
        )
    disputes = payment.disputes if payment else ()
    return SellerNews(
        news=news,
        seller=offer.seller,
        sale=sale,
        buyer=purchase.buyer,
        text=offer.text,
        amount=str(amount),
        whole=whole,
        answer_by=next((each.answer_by for each in disputes if each.id == about), None),
        words=note,
    )


def _amount_of(purchase: Purchase, about: str) -> tuple[Money, bool, Payment | None]:
    """Return the amount of the Stripe object `about`, whether it is the whole payment, and the payment.

    `about` is the id of a payment intent, refund, dispute or checkout session. Raises OperatorError if the purchase
    has no such object.
    """
    for payment in purchase.payments:
        if payment.intent == about:
            return payment.amount, True, payment
        amounts: dict[str, Money] = {each.id: each.amount for each in payment.refunds}
        amounts |= {each.id: each.amount for each in payment.disputes}
        if about in amounts:
            amount = amounts[about]
            return amount, payment.is_reversed or amount == payment.amount, payment
    for attempt in purchase.attempts:
        if attempt.session == about:
            return attempt.request.price, True, None
    raise OperatorError(f"purchase {purchase.id} knows nothing of {about}")
