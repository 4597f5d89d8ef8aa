"""A seller's page for everybody: kept by its seller, and looked at by whoever has its address."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.contents import contents_of
from bot.errors import Refusal
from bot.ids import OfferId, RoomId, UserId, code_of
from bot.offer import Offer, OfferState
from bot.pages import ShownOffer, StorefrontPage
from bot.permissions import Level
from bot.ports import RoomState, Store
from bot.standing import Standing
from bot.storefront import Storefront, typed_name
from bot.words import spoken

_A_PAGE = 20


class NoStorefront(Refusal):
    """It has no name yet."""

    def __init__(self) -> None:
        super().__init__(
            spoken(
                "You have no page yet. Give it a name and turn it on: `!ppv page on harbour-photos`"
            )
        )


@dataclass(frozen=True, slots=True)
class KeepStorefront:
    store: Store
    standing: Standing

    async def of(self, seller: UserId) -> tuple[Storefront | None, int]:
        """It, and how many offers it shows."""
        async with self.store.begin() as uow:
            shown = await uow.catalogue.shown_by(seller)
            return await uow.storefronts.of(seller), len(shown)

    async def name(
        self, seller: UserId, typed: str, about: str | None = None, *, open_: bool
    ) -> None:
        """Under that name from now on, and with these words if there are any given. Raises Refusal."""
        await self.standing.require(seller, Level.SELLER)
        name = typed_name(typed)
        async with self.store.begin() as uow:
            known = await uow.storefronts.of(seller) or Storefront(seller=seller, name=name)
            other = await uow.storefronts.named(name)
            if other is not None and other.seller != seller:
                raise Refusal(
                    spoken(
                        "“{name}” is somebody else's already. Please choose another name.",
                        name=name,
                    )
                )
            changed = replace(known, name=name, open=open_)
            await uow.storefronts.save(changed if about is None else changed.saying(about))

    async def change(self, seller: UserId, change: Callable[[Storefront], Storefront]) -> None:
        """Raises NoStorefront, and what `change` raises."""
        await self.standing.require(seller, Level.SELLER)
        async with self.store.begin() as uow:
            known = await uow.storefronts.of(seller)
            if known is None:
                raise NoStorefront
            await uow.storefronts.save(change(known))

    async def mark(self, seller: UserId, offer_id: OfferId, *, public: bool) -> None:
        """Show an offer there, or no longer. Raises Refusal."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None or offer.seller != seller or offer.state is not OfferState.OPEN:
                raise Refusal(spoken("You have nothing on sale with that code."))
            await uow.offers.save(offer.marked(public=public))

    async def mark_room(self, seller: UserId, room: RoomId, *, public: bool) -> int:
        """All that the seller has on sale there; how many that are. Raises Refusal when there is nothing."""
        found = 0
        async with self.store.begin() as uow:
            for each in await uow.catalogue.of_room(room):
                offer = await uow.offers.get(each.offer)
                if offer is not None and offer.seller == seller:
                    await uow.offers.save(offer.marked(public=public))
                    found += 1
        if not found:
            raise Refusal(spoken("You have nothing on sale in that room."))
        return found

    async def choose(self, seller: UserId, shown: frozenset[OfferId]) -> None:
        """These of all that is on sale, and no others."""
        async with self.store.begin() as uow:
            for id_ in await uow.catalogue.of_seller(seller):
                offer = await uow.offers.get(id_)
                if offer is not None and offer.state is OfferState.OPEN:
                    marked = offer.marked(public=id_ in shown)
                    if marked != offer:
                        await uow.offers.save(marked)


@dataclass(frozen=True, slots=True)
class LookAtStorefront:
    """Nothing that is paid for is shown, and no room is named."""

    store: Store
    state: RoomState
    standing: Standing

    async def __call__(self, name: str, wanted: str, page: int) -> StorefrontPage | None:
        """None for one that is not open, or whose seller may not sell any more. `wanted`: words to be found."""
        async with self.store.begin() as uow:
            front = await uow.storefronts.named(name)
        if (
            front is None
            or not front.open
            or not await self.standing.may(front.seller, Level.SELLER)
        ):
            return None
        async with self.store.begin() as uow:
            shown = await uow.catalogue.shown_by(front.seller)
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
        contents=contents_of(offer.paid),
        teaser=next((each.teaser for each in offer.paid if each.teaser), None),
    )
