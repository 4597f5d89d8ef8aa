"""What somebody has bought, as their library shows it: sent again, and with its receipts."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.money.checkout_attempt import Terms
from bot.domain.money.payment import Payment
from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.delivery_blockers import why_it_waits
from bot.domain.purchases.purchase import Access, Purchase
from bot.i18n import gettext_lazy
from bot.ids import OfferId, PurchaseId, RoomId, UserId, code_of, purchase_id
from bot.ports import Store
from bot.services.delivery.redeliver import NotBought

_HOW_IT_STANDS = {
    Access.SUSPENDED: gettext_lazy("Your bank is looking into the payment."),
    Access.REVOKED: gettext_lazy("The money went back to you."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryRow:
    """One thing that was paid for."""

    offer: OfferId
    code: str
    text: str = field(repr=False)
    contents: str
    seller: UserId
    teaser: bytes | None = field(repr=False)
    price: str
    """All that was paid."""
    paid_at: datetime
    trouble: str | None
    """Why it cannot be sent again, in a sentence."""
    delivered: bool
    stuck: str | None
    """Why it is not, in a sentence; None if nothing is in the way."""
    may_be_given_back: bool
    """It was paid for: perhaps as of right, perhaps if the seller agrees."""


@dataclass(frozen=True, slots=True)
class LibraryContents:
    """All that one has bought, the newest first."""

    bought: tuple[LibraryRow, ...]
    direct_room: RoomId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDetails:
    """A receipt, for the buyer's own books."""

    code: str
    reference: str
    """The payment processor's id of the payment."""
    text: str = field(repr=False)
    contents: str
    seller: UserId
    buyer: UserId
    paid_at: datetime
    total: str
    tax: str | None
    """How much of it is tax."""
    refunded: str | None
    terms: Terms | None
    """What the buyer accepted at checkout."""


@dataclass(frozen=True, slots=True)
class LibraryView:
    """Everybody sees their own."""

    store: Store

    async def __call__(self, buyer: UserId) -> LibraryContents:
        async with self.store.begin() as uow:
            purchases = await uow.purchases.had_by(buyer)
            found = [(each, await uow.offers.get(each.offer)) for each in purchases]
            room = await uow.direct_rooms.of(buyer)
        return LibraryContents(
            tuple(
                _bought(purchase, offer, since)
                for purchase, offer in found
                if offer and (since := _since(purchase))
            ),
            room,
        )

    async def receipts(self, buyer: UserId, offer_id: OfferId) -> tuple[ReceiptDetails, ...]:
        """One for each payment, the newest first. Raises NotBought."""
        id_: PurchaseId = purchase_id(offer_id, buyer)
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(id_)
            offer = await uow.offers.get(offer_id)
        if purchase is None or offer is None or not purchase.payments:
            raise NotBought
        return tuple(_receipt(purchase, offer, each) for each in reversed(purchase.payments))


def _since(purchase: Purchase) -> datetime | None:
    return purchase.effective_payment.paid_at if purchase.effective_payment else purchase.gifted_at


def _bought(purchase: Purchase, offer: Offer, since: datetime) -> LibraryRow:
    trouble = _HOW_IT_STANDS.get(purchase.access)
    if offer.state is OfferState.TAKEN_DOWN:
        trouble = gettext_lazy("This was taken down by the people who run this.")
    elif offer.files_deleted and purchase.has_access:
        trouble = gettext_lazy(
            "Its files are deleted here by now. What is in your app stays yours."
        )
    return LibraryRow(
        offer=offer.id,
        code=code_of(offer.id),
        text=offer.text,
        contents=summary_line(offer.paid),
        seller=offer.seller,
        teaser=next((each.teaser for each in offer.paid if each.teaser), None),
        price=str(purchase.effective_payment.amount)
        if purchase.effective_payment
        else gettext_lazy("a present"),
        paid_at=since,
        trouble=trouble,
        delivered=purchase.delivered,
        stuck=why_it_waits(purchase),
        may_be_given_back=purchase.has_access
        and purchase.effective_payment is not None
        and not purchase.effective_payment.is_reversed,
    )


def _receipt(purchase: Purchase, offer: Offer, payment: Payment) -> ReceiptDetails:
    terms = purchase.attempt_of(payment.session).request.terms
    return ReceiptDetails(
        code=code_of(offer.id),
        reference=payment.intent,
        text=offer.text,
        contents=summary_line(offer.paid),
        seller=offer.seller,
        buyer=purchase.buyer,
        paid_at=payment.paid_at,
        total=str(payment.amount),
        tax=str(payment.tax) if payment.tax else None,
        refunded=str(payment.refunded) if payment.refunded.minor else None,
        terms=terms if payment.consent else None,
    )
