"""`!ppv shop`: what is on sale in this room, the newest first. `!ppv shop cats`: what speaks of cats."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.contents import contents
from bot.errors import Refusal
from bot.ids import RoomId, code_of, tx_id
from bot.messages import Shop, ShopEntry
from bot.ports import Rooms, Store

_LISTED = 10


@dataclass(frozen=True, slots=True)
class ShopCommand:
    store: Store
    rooms: Rooms

    async def __call__(self, asked: Asked) -> None:
        """Each room has a shop of its own: what stands elsewhere may be meant for others."""
        origin = asked.origin
        async with self.store.begin() as uow:
            direct = await uow.direct_rooms.partner(origin.room) is not None
        if direct:
            raise Refusal("Every room has a shop of its own: write `!ppv shop` there.")
        entries, more = await self._found(origin.room, asked.argument)
        shop = Shop(entries, more, searched=bool(asked.argument.strip()))
        await self.rooms.send(origin.room, shop, tx_id("shop", origin.event))

    async def _found(self, room: RoomId, wanted: str) -> tuple[tuple[ShopEntry, ...], int]:
        """The first of them, and how many more there are."""
        async with self.store.begin() as uow:
            found = [each for each in await uow.catalogue.of_room(room) if each.matches(wanted)]
            offers = [await uow.offers.get(each.offer) for each in found[:_LISTED]]
        entries = tuple(
            ShopEntry(
                code=code_of(offer.id),
                text=offer.text,
                contents=contents(offer.paid),
                price=str(offer.price),
            )
            for offer in offers
            if offer is not None
        )
        return entries, len(found) - len(entries)
