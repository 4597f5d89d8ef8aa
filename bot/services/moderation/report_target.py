"""What an admin can speak of: offers that people have seen."""

from bot.domain.offers.offer import Offer, OfferState
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import OfferId
from bot.ports import UnitOfWork


class NoSuchOffer(Refusal):
    """Nothing was published under that code."""

    def __init__(self) -> None:
        super().__init__(
            spoken("I know no published offer with that code. It looks like K7QM2-XPA4E.")
        )


async def published(uow: UnitOfWork, offer_id: OfferId) -> Offer:
    """Raises Refusal."""
    offer = await uow.offers.get(offer_id)
    if offer is None or offer.state in {OfferState.DRAFT, OfferState.DISCARDED}:
        raise NoSuchOffer
    if offer.state is OfferState.PUBLISHING:
        raise Refusal(spoken("It is just being posted. Please try again in a minute."))
    return offer
