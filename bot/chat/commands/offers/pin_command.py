"""`!ppv pin`: a list of what is on sale in this room, pinned, and always up to date."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.domain.people.permissions import Level
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ports import Act, RoomState, Store
from bot.services.auth.authorization import Standing
from bot.services.offers.room_catalogue import KeepShop


@dataclass(frozen=True, slots=True)
class PinCommand:
    store: Store
    standing: Standing
    state: RoomState
    keep: KeepShop

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        async with self.store.begin() as uow:
            direct = await uow.direct_rooms.partner(origin.room) is not None
        if direct:
            raise Refusal(spoken("That is for rooms where you sell: write `!ppv pin` there."))
        await self.standing.require(origin.sender, Level.SELLER)
        power = await self.state.power(origin.room, origin.sender, Act.PIN)
        if not power.enough:
            raise Refusal(
                spoken(
                    "You may not pin messages in this room, so I don't do it for you either: it takes power level"
                    " {needs}, and you have {has}. Write `!ppv shop`, and somebody who runs the room can pin my"
                    " answer.",
                    needs=power.needs,
                    has=power.has,
                )
            )
        await self.keep.begin(origin.room, origin.event)
