"""Marks of checkouts: encrypted under the key of the records, so neither Stripe nor a seller reads or makes one."""

from appservice.db.field_cipher import ENCRYPTED, FieldCipher, FieldUnreadable
from bot.domain.money.checkout_attempt import CheckoutRequest, CheckoutSession
from bot.domain.money.money import Money
from bot.domain.purchases.checkout_mark import CheckoutMark
from bot.ids import AccountId, OfferId, PurchaseId, UserId, purchase_id

_PLACE = "checkout mark"
_MAX_METADATA_CHARS = 500
"""https://docs.stripe.com/api/metadata"""


class SqlCheckoutMarks:
    def __init__(self, cipher: FieldCipher) -> None:
        self._cipher = cipher

    def seal(self, request: CheckoutRequest, offer: OfferId, buyer: UserId) -> str:
        kept = "" if request.commission is None else str(request.commission.minor)
        place = _place(request.purchase, request.attempt, request.price, request.account)
        sealed = self._cipher.encrypt(f"{offer}\n{buyer}\n{kept}", *place)
        mark = sealed.removeprefix(ENCRYPTED)
        return mark if len(mark) <= _MAX_METADATA_CHARS else ""

    def open(self, checkout: CheckoutSession, account: AccountId | None) -> CheckoutMark | None:
        if not (checkout.mark and checkout.reference and checkout.attempt and checkout.amounts):
            return None
        purchase, price = PurchaseId(checkout.reference), checkout.amounts.subtotal
        place = _place(purchase, checkout.attempt, price, account)
        try:
            offer, buyer, kept = self._cipher.decrypt(ENCRYPTED + checkout.mark, *place).split("\n")
        except FieldUnreadable:
            return None
        if purchase_id(OfferId(offer), UserId(buyer)) != purchase:
            return None
        commission = Money(int(kept), price.currency) if kept else None
        if checkout.payment is not None and checkout.commission != commission:
            return None  # Copied onto a checkout that does not pay the house its part.
        return CheckoutMark(offer=OfferId(offer), buyer=UserId(buyer), commission=commission)


def _place(
    purchase: PurchaseId, attempt: int, price: Money, account: AccountId | None
) -> tuple[str, ...]:
    """A mark opens for that attempt, price and account alone."""
    return (_PLACE, purchase, str(attempt), str(price.minor), price.currency, account or "")
