"""The sale that somebody means, if it is theirs to speak of."""

from bot.domain.offers.offer import Offer
from bot.domain.purchases.purchase import Purchase
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId, parse_sale_code
from bot.ports import UnitOfWork


async def sale_of(
    uow: UnitOfWork, who: UserId, typed: str, *, admin: bool
) -> tuple[Purchase, Offer]:
    """Sellers speak of their own sales, admins of all. Raises UserError."""
    code = parse_sale_code(typed)
    purchase = await uow.purchases.by_code(code) if code else None
    offer = await uow.offers.get(purchase.offer) if purchase else None
    theirs = offer is not None and offer.seller == who
    if purchase is None or offer is None or not (theirs or admin):
        raise UserError(
            gettext_lazy(
                "I know no sale of yours with that code. It stands in the line in which I told you of the"
                " sale, and looks like S-K7QM2-XPA4E."
            )
        )
    return purchase, offer
