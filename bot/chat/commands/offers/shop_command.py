"""`!ppv shop`: what is on sale in this room, the newest first. `!ppv shop cats`: what speaks of cats."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.ports import Rooms, Store
from bot.services.offers.room_catalogue import BuildRoomCatalogue


@dataclass(frozen=True, slots=True)
class ShopCommand:
    store: Store
    rooms: Rooms
    build_room_catalogue: BuildRoomCatalogue

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        async with self.store.begin() as uow:
            direct = await uow.direct_rooms.partner(origin.room) is not None
        if direct:
            raise UserError(
                gettext_lazy("Every room has a shop of its own: write `!ppv shop` there.")
            )
        shop = await self.build_room_catalogue(origin.room, asked.argument)
        await self.rooms.send(origin.room, shop, tx_id("shop", origin.event))
