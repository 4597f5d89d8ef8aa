"""`!ppv shop`: what is on sale in this room, the newest first. `!ppv shop cats`: what speaks of cats."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import tx_id
from bot.ports import Rooms, Store
from bot.services.offers.room_catalogue import ShopWindow


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
