"""What an admin can speak of: offers that people have seen."""

from bot.domain.offers.offer import Offer, OfferState
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId
from bot.ports import UnitOfWork


class NoSuchOffer(UserError):
    """Nothing was published under that code."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("I know no published offer with that code. It looks like K7QM2-XPA4E.")
        )


async def published(uow: UnitOfWork, offer_id: OfferId) -> Offer:
    """Raises UserError."""
    offer = await uow.offers.get(offer_id)
    if offer is None or offer.state in {OfferState.DRAFT, OfferState.DISCARDED}:
        raise NoSuchOffer
    if offer.state is OfferState.PUBLISHING:
        raise UserError(gettext_lazy("It is just being posted. Please try again in a minute."))
    return offer
