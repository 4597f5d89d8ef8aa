"""`!ppv help`: what one can say, with real values. `!ppv help payment`: whom to ask about money."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.ids import tx_id
from bot.messages import Help, Message, PaymentHelp
from bot.permissions import Level
from bot.ports import Rooms
from bot.standing import Standing


@dataclass(frozen=True, slots=True)
class HelpCommand:
    rooms: Rooms
    standing: Standing
    currency: str
    contact: str
    withdrawal_days: int

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        may_sell = await self.standing.may(origin.sender, Level.SELLER)
        words: Message = Help(may_sell=may_sell, currency=self.currency.upper())
        if asked.argument.strip().lower().startswith("pay"):
            words = PaymentHelp(self.contact, self.withdrawal_days)
        await self.rooms.send(origin.room, words, tx_id("help", origin.event))
