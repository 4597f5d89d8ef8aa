"""A seller's public page, as its seller changes it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.offers.offer import OfferState
from bot.domain.offers.seller_storefront import Storefront, typed_name
from bot.domain.people.permissions import Level
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import OfferId, RoomId, UserId
from bot.ports import Store
from bot.services.auth.authorization import Standing


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
            shown = await uow.offers.shown_by(seller)
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
            for each in await uow.offers.of_room(room):
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
            for id_ in await uow.offers.of_seller(seller):
                offer = await uow.offers.get(id_)
                if offer is not None and offer.state is OfferState.OPEN:
                    marked = offer.marked(public=id_ in shown)
                    if marked != offer:
                        await uow.offers.save(marked)
