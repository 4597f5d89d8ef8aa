"""A seller's page for everybody, on the seller's desk: what it is called, and what may stand on it."""

from dataclasses import dataclass, field

from bot.domain.offers.offer import OfferState
from bot.domain.offers.seller_storefront import Storefront
from bot.ids import OfferId, UserId, code_of
from bot.ports import RoomState, Store
from bot.views.offer_titles import titles_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontChoice:
    """An offer that is on sale."""

    offer: OfferId
    code: str
    text: str = field(repr=False)
    price: str
    rooms: tuple[str, ...] = field(repr=False)
    public: bool


@dataclass(frozen=True, slots=True)
class StorefrontDetails:
    front: Storefront | None
    choices: tuple[StorefrontChoice, ...]
    """The newest first."""


@dataclass(frozen=True, slots=True)
class StorefrontEditorView:
    store: Store
    state: RoomState

    async def __call__(self, seller: UserId) -> StorefrontDetails:
        async with self.store.begin() as uow:
            front = await uow.storefronts.of(seller)
            ids = await uow.offers.of_seller(seller)
            offers = [
                offer
                for id_ in ids
                if (offer := await uow.offers.get(id_)) and offer.state is OfferState.OPEN
            ]
        rooms = (listing.room for offer in offers for listing in offer.listings)
        titles = await titles_of(self.state, rooms)
        return StorefrontDetails(
            front,
            tuple(
                StorefrontChoice(
                    offer=offer.id,
                    code=code_of(offer.id),
                    text=offer.text,
                    price=str(offer.price),
                    rooms=tuple(titles[listing.room] for listing in offer.listings),
                    public=offer.in_storefront,
                )
                for offer in offers
            ),
        )
