"""`!ppv pin`: a list of what is on sale in this room, pinned, and always up to date."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ports import Act, RoomState, Store
from bot.services.auth.authorization import Authorizer
from bot.services.offers.room_catalogue import RoomCatalogue


@dataclass(frozen=True, slots=True)
class PinCommand:
    store: Store
    authorizer: Authorizer
    state: RoomState
    room_catalogue: RoomCatalogue

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        async with self.store.begin() as uow:
            direct = await uow.direct_rooms.partner(origin.room) is not None
        if direct:
            raise UserError(
                gettext_lazy("That is for rooms where you sell: write `!ppv pin` there.")
            )
        await self.authorizer.require(origin.sender, Level.SELLER)
        power = await self.state.power(origin.room, origin.sender, Act.PIN)
        if not power.enough:
            raise UserError(
                gettext_lazy(
                    "You may not pin messages in this room, so I don't do it for you either: it takes power level"
                    " {needs}, and you have {has}. Write `!ppv shop`, and somebody who runs the room can pin my"
                    " answer.",
                    needs=power.needs,
                    has=power.has,
                )
            )
        await self.room_catalogue.begin(origin.room, origin.event)
