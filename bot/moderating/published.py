"""What an admin can speak of: offers that people have seen."""

from bot.errors import Refusal
from bot.ids import OfferId
from bot.offer import Offer, OfferState
from bot.ports import UnitOfWork
from bot.words import spoken


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
