"""What of an offer a buyer has already, from elsewhere: to be told before they pay."""

from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer import Offer, OfferState
from bot.ids import UserId, purchase_id
from bot.ports import UnitOfWork


async def owned_elsewhere(
    uow: UnitOfWork, offer: Offer, buyer: UserId
) -> tuple[DuplicateFile, ...]:
    """One for each file; only from what is theirs, and can still be sent again."""
    found: dict[str, DuplicateFile] = {}
    for twin in await uow.purchases.had_already(offer.id, buyer):
        purchase = await uow.purchases.get(purchase_id(twin.offer, buyer))
        other = await uow.offers.get(twin.offer)
        if purchase and purchase.has_access and other and other.state is not OfferState.TAKEN_DOWN:
            found.setdefault(twin.attachment, twin)
    return tuple(found.values())
