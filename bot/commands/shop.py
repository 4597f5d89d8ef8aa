"""`!ppv shop`: what is on sale in this room, the newest first. `!ppv shop cats`: what speaks of cats."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.errors import Refusal
from bot.ids import tx_id
from bot.ports import Rooms, Store
from bot.selling.shop_window import ShopWindow
from bot.words import spoken


@dataclass(frozen=True, slots=True)
class ShopCommand:
    store: Store
    rooms: Rooms
    window: ShopWindow

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        async with self.store.begin() as uow:
            direct = await uow.direct_rooms.partner(origin.room) is not None
        if direct:
            raise Refusal(spoken("Every room has a shop of its own: write `!ppv shop` there."))
        shop = await self.window(origin.room, asked.argument)
        await self.rooms.send(origin.room, shop, tx_id("shop", origin.event))
