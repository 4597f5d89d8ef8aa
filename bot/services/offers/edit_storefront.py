"""Edit a seller's public storefront page."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.offers.offer import OfferState
from bot.domain.offers.seller_storefront import Storefront, parse_storefront_name
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, RoomId, UserId
from bot.ports import Store
from bot.services.auth.authorization import Authorizer


class NoStorefront(UserError):
    """The seller has no storefront yet."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "You have no page yet. Give it a name and turn it on: `!ppv page on harbour-photos`"
            )
        )


@dataclass(frozen=True, slots=True)
class EditStorefront:
    store: Store
    authorizer: Authorizer

    async def of(self, seller: UserId) -> tuple[Storefront | None, int]:
        """Return the seller's storefront, and the number of offers that it shows."""
        async with self.store.begin() as uow:
            shown = await uow.offers.shown_by(seller)
            return await uow.storefronts.of(seller), len(shown)

    async def name(
        self, seller: UserId, typed: str, about: str | None = None, *, open_: bool
    ) -> None:
        """Set the name and, unless None, the description; create the storefront if needed. Raises UserError."""
        await self.authorizer.require(seller, Level.SELLER)
        name = parse_storefront_name(typed)
        async with self.store.begin() as uow:
            known = await uow.storefronts.of(seller) or Storefront(seller=seller, name=name)
            other = await uow.storefronts.named(name)
            if other is not None and other.seller != seller:
                raise UserError(
                    gettext_lazy(
                        "“{name}” is somebody else's already. Please choose another name.",
                        name=name,
                    )
                )
            changed = replace(known, name=name, open=open_)
            await uow.storefronts.save(changed if about is None else changed.with_about(about))

    async def change(self, seller: UserId, change: Callable[[Storefront], Storefront]) -> None:
        """Raises NoStorefront, and what `change` raises."""
        await self.authorizer.require(seller, Level.SELLER)
        async with self.store.begin() as uow:
            known = await uow.storefronts.of(seller)
            if known is None:
                raise NoStorefront
            await uow.storefronts.save(change(known))

    async def mark(self, seller: UserId, offer_id: OfferId, *, public: bool) -> None:
        """Show an offer there, or no longer. Raises UserError."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None or offer.seller != seller or offer.state is not OfferState.OPEN:
                raise UserError(gettext_lazy("You have nothing on sale with that code."))
            await uow.offers.save(offer.with_in_storefront(public=public))

    async def mark_room(self, seller: UserId, room: RoomId, *, public: bool) -> int:
        """Mark all offers that the seller has in the room, and return their number. Raises UserError if it is 0."""
        marked = 0
        async with self.store.begin() as uow:
            for each in await uow.offers.of_room(room):
                offer = await uow.offers.get(each.offer)
                if offer is not None and offer.seller == seller:
                    await uow.offers.save(offer.with_in_storefront(public=public))
                    marked += 1
        if not marked:
            raise UserError(gettext_lazy("You have nothing on sale in that room."))
        return marked

    async def choose(self, seller: UserId, shown: frozenset[OfferId]) -> None:
        """Show exactly the offers `shown` of those on sale."""
        async with self.store.begin() as uow:
            for id_ in await uow.offers.of_seller(seller):
                offer = await uow.offers.get(id_)
                if offer is not None and offer.state is OfferState.OPEN:
                    marked = offer.with_in_storefront(public=id_ in shown)
                    if marked != offer:
                        await uow.offers.save(marked)
