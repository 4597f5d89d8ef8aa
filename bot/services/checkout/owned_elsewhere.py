"""Find the files of an offer that the buyer owns already from other offers, to show before payment."""

from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer import Offer, OfferState
from bot.ids import UserId, purchase_id
from bot.ports import UnitOfWork


async def owned_elsewhere(
    uow: UnitOfWork, offer: Offer, buyer: UserId
) -> tuple[DuplicateFile, ...]:
    """Return one duplicate per file, only from offers that the buyer can still access."""
    by_attachment: dict[str, DuplicateFile] = {}
    for duplicate in await uow.purchases.had_already(offer.id, buyer):
        purchase = await uow.purchases.get(purchase_id(duplicate.offer, buyer))
        other = await uow.offers.get(duplicate.offer)
        if purchase and purchase.has_access and other and other.state is not OfferState.TAKEN_DOWN:
            by_attachment.setdefault(duplicate.attachment, duplicate)
    return tuple(by_attachment.values())
