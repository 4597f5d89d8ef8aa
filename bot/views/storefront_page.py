"""A seller's public page, as everybody sees it."""

from dataclasses import dataclass

from bot.domain.offers.content_summary import summarize
from bot.domain.offers.offer import Offer
from bot.domain.people.permissions import Level
from bot.ids import code_of
from bot.ports import RoomState, Store
from bot.services.auth.authorization import Authorizer
from bot.views.page_models import ShownOffer, StorefrontPage

_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class StorefrontPageView:
    """Nothing that is paid for is shown, and no room is named."""

    store: Store
    state: RoomState
    authorizer: Authorizer

    async def __call__(self, name: str, wanted: str, page: int) -> StorefrontPage | None:
        """None for one that is not open, or whose seller may not sell any more. `wanted`: words to be found."""
        async with self.store.begin() as uow:
            front = await uow.storefronts.named(name)
        if (
            front is None
            or not front.open
            or not await self.authorizer.allows(front.seller, Level.SELLER)
        ):
            return None
        async with self.store.begin() as uow:
            shown = await uow.offers.shown_by(front.seller)
            found = [each for each in shown if each.matches(wanted)]
            pages = max(1, -(-len(found) // _A_PAGE))
            page = page if 1 <= page <= pages else 1
            ids = [each.offer for each in found[(page - 1) * _A_PAGE : page * _A_PAGE]]
            offers = [offer for id_ in ids if (offer := await uow.offers.get(id_))]
        return StorefrontPage(
            name=front.name,
            seller=front.seller,
            seller_name=await self.state.name_of(front.seller),
            about=front.about,
            offers=tuple(map(_shown, offers)),
            found=len(found),
            wanted=wanted,
            page=page,
            pages=pages,
        )


def _shown(offer: Offer) -> ShownOffer:
    return ShownOffer(
        offer=offer.id,
        code=code_of(offer.id),
        text=offer.text,
        price=str(offer.price),
        contents=summarize(offer.paid),
        teaser=next((each.teaser for each in offer.paid if each.teaser), None),
    )
