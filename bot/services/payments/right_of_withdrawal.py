"""The right to withdraw from a purchase: who has it, how it is used, and what is left to those who have not.

The law lets buyers waive it for what is sent at once, and it ends only when the files are sent:
https://eur-lex.europa.eu/eli/dir/2011/83/oj, article 16 (m).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.money.payment import Payment
from bot.domain.offers.offer import Offer
from bot.domain.people.access_log import AccessKind
from bot.domain.purchases.delivery import DeliveryChannel
from bot.domain.purchases.purchase import Purchase
from bot.domain.purchases.sale_event import SaleNotification
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, UserId, code_of, purchase_id
from bot.jobs.payment_jobs import NotifySeller, RefundPayment
from bot.ports import Clock, RefundReason, Store, UnitOfWork

_LONGEST = 500
"""Letters."""


class NothingToCancel(UserError):
    """They own nothing of that, or paid nothing for it."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "You have bought nothing with that code that could be taken back. `!ppv library` shows"
                " what you own."
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalTerms:
    """How it stands with one purchase."""

    offer: OfferId
    code: str
    text: str = field(repr=False)
    amount: str
    until: datetime
    why_not: str | None
    """Why the right has ended, in sentences; None for those who have it."""


@dataclass(frozen=True, slots=True)
class CancelPurchase:
    store: Store
    clock: Clock
    days: int
    """For so long after paying; 0 for nobody."""

    async def terms(self, buyer: UserId, offer: OfferId | None) -> WithdrawalTerms:
        """Raises NothingToCancel."""
        async with self.store.begin() as uow:
            return await self._standing(uow, *await _bought(uow, buyer, offer))

    async def __call__(self, buyer: UserId, offer: OfferId | None) -> None:
        """The money goes back, and the files with that. Raises UserError for those who have no such right."""
        async with self.store.begin() as uow:
            purchase, found, payment = await _bought(uow, buyer, offer)
            standing = await self._standing(uow, purchase, found, payment)
            if standing.why_not:
                raise UserError(standing.why_not)
            send_back = RefundPayment(
                purchase=purchase.id,
                intent=payment.intent,
                key=f"cancel:{payment.intent}",
                reason=RefundReason.REQUESTED,
                note="withdrawn from by the buyer",
            )
            await uow.jobs.add(send_back, queueing_lock=True)

    async def ask(self, buyer: UserId, offer: OfferId | None, words: str, cause: str) -> None:
        """The seller hears, once for each payment, that the buyer would like to. Raises UserError."""
        async with self.store.begin() as uow:
            purchase, found, payment = await _bought(uow, buyer, offer)
            standing = await self._standing(uow, purchase, found, payment)
            if standing.why_not is None:
                raise UserError(
                    gettext_lazy(
                        "You need not ask: you may take it back by yourself. `!ppv cancel {code} yes` does it.",
                        code=standing.code,
                    )
                )
            if await uow.purchases.refund_request(payment.intent) not in {None, cause}:
                raise UserError(
                    gettext_lazy(
                        "The seller knows already that you would like to give it back. If they send the money"
                        " back, I tell you at once."
                    )
                )
            await uow.purchases.request_refund(payment.intent, cause)
            wish = NotifySeller(
                purchase.id,
                SaleNotification.REFUND_REQUESTED,
                payment.intent,
                " ".join(words.split())[:_LONGEST],
            )
            await uow.jobs.add(wish, queueing_lock=True)

    async def _standing(
        self, uow: UnitOfWork, purchase: Purchase, offer: Offer, payment: Payment
    ) -> WithdrawalTerms:
        until = payment.paid_at + timedelta(days=self.days)
        why_not = None
        if payment.consent is not None and await _has_something(uow, purchase):
            why_not = gettext_lazy(
                "When you paid you agreed that your right to withdraw ends once the files are sent, and they"
                " were. So it is up to the seller now."
            )
        elif self.clock.now() > until:
            why_not = gettext_lazy(
                "It is too late to withdraw from that. So it is up to the seller now."
            )
        return WithdrawalTerms(
            offer=offer.id,
            code=code_of(offer.id),
            text=offer.text,
            amount=str(payment.refundable),
            until=until,
            why_not=why_not,
        )


async def _bought(
    uow: UnitOfWork, buyer: UserId, offer_id: OfferId | None
) -> tuple[Purchase, Offer, Payment]:
    """Raises NothingToCancel."""
    purchase = await uow.purchases.get(purchase_id(offer_id, buyer)) if offer_id else None
    offer = await uow.offers.get(purchase.offer) if purchase else None
    payment = purchase.effective_payment if purchase and purchase.has_access else None
    if purchase is None or offer is None or payment is None or payment.is_reversed:
        raise NothingToCancel
    return purchase, offer, payment


async def _has_something(uow: UnitOfWork, purchase: Purchase) -> bool:
    """In the chat, or opened in their browser. A link to what can be opened there is not the thing itself."""
    handed = [each for delivery in purchase.deliveries for each in delivery.files]
    if any(each.channel is DeliveryChannel.CHAT for each in handed):
        return True
    return any(visit.kind is AccessKind.KEYS for visit in await uow.visits.of(purchase.id))
