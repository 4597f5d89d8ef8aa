"""`!ppv help`: what one can say, with real values."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.ids import tx_id
from bot.messages import Help
from bot.permissions import Level, Permissions
from bot.ports import Rooms


@dataclass(frozen=True, slots=True)
class HelpCommand:
    rooms: Rooms
    permissions: Permissions
    currency: str

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        may_sell = self.permissions.may(origin.sender, Level.SELLER)
        words = Help(may_sell=may_sell, currency=self.currency.upper())
        await self.rooms.send(origin.room, words, tx_id("help", origin.event))
