"""The buyer's right of withdrawal: its terms, its use, and the refund request for buyers who no longer have it.

Buyers may waive it for digital content that is delivered at once; it ends when the files are delivered:
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

_MAX_MESSAGE_CHARACTERS = 500


class NothingToCancel(UserError):
    """The buyer has no access to the offer, or paid nothing for it."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "You have bought nothing with that code that could be taken back. `!ppv library` shows"
                " what you own."
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalTerms:
    """Terms of withdrawal from one purchase."""

    offer: OfferId
    code: str
    text: str = field(repr=False)
    amount: str
    until: datetime
    why_not: str | None
    """Why the right has ended, as text for the buyer; None while the buyer has it."""


@dataclass(frozen=True, slots=True)
class CancelPurchase:
    store: Store
    clock: Clock
    days: int
    """Length of the withdrawal period after the payment; 0 grants no right."""

    async def terms(self, buyer: UserId, offer: OfferId | None) -> WithdrawalTerms:
        """Raises NothingToCancel."""
        async with self.store.begin() as uow:
            return await self._terms(uow, *await _bought(uow, buyer, offer))

    async def __call__(self, buyer: UserId, offer: OfferId | None) -> None:
        """Refund the payment, which revokes the files. Raises UserError if the buyer has no such right."""
        async with self.store.begin() as uow:
            purchase, bought_offer, payment = await _bought(uow, buyer, offer)
            terms = await self._terms(uow, purchase, bought_offer, payment)
            if terms.why_not:
                raise UserError(terms.why_not)
            refund = RefundPayment(
                purchase=purchase.id,
                intent=payment.intent,
                key=f"cancel:{payment.intent}",
                reason=RefundReason.REQUESTED,
                note="withdrawn from by the buyer",
            )
            await uow.jobs.add(refund, queueing_lock=True)

    async def ask(self, buyer: UserId, offer: OfferId | None, message: str, cause: str) -> None:
        """Notify the seller, once per payment, that the buyer asks for a refund. Raises UserError."""
        async with self.store.begin() as uow:
            purchase, bought_offer, payment = await _bought(uow, buyer, offer)
            terms = await self._terms(uow, purchase, bought_offer, payment)
            if terms.why_not is None:
                raise UserError(
                    gettext_lazy(
                        "You need not ask: you may take it back by yourself. `!ppv cancel {code} yes` does it.",
                        code=terms.code,
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
            notification = NotifySeller(
                purchase.id,
                SaleNotification.REFUND_REQUESTED,
                payment.intent,
                " ".join(message.split())[:_MAX_MESSAGE_CHARACTERS],
            )
            await uow.jobs.add(notification, queueing_lock=True)

    async def _terms(
        self, uow: UnitOfWork, purchase: Purchase, offer: Offer, payment: Payment
    ) -> WithdrawalTerms:
        until = payment.paid_at + timedelta(days=self.days)
        why_not = None
        if payment.consent is not None and await _has_received_files(uow, purchase):
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


async def _has_received_files(uow: UnitOfWork, purchase: Purchase) -> bool:
    """Return whether a file was delivered in the chat or opened in a browser. A link alone is no delivery."""
    delivered = [each for delivery in purchase.deliveries for each in delivery.files]
    if any(each.channel is DeliveryChannel.CHAT for each in delivered):
        return True
    return any(visit.kind is AccessKind.KEYS for visit in await uow.visits.of(purchase.id))
