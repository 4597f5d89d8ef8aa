"""`!ppv help`: what one can say, with real values. `!ppv help payment`: whom to ask about money."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.errors import Broken, Transient
from bot.events import Origin
from bot.ids import tx_id
from bot.messages import Help, Message, PaymentHelp
from bot.permissions import Level
from bot.ports import Gate, Rooms, Store
from bot.reach import Safety
from bot.standing import Standing


@dataclass(frozen=True, slots=True)
class HelpCommand:
    store: Store
    rooms: Rooms
    gate: Gate
    standing: Standing
    currency: str
    contact: str
    withdrawal_days: int

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        may_sell = await self.standing.may(origin.sender, Level.SELLER)
        async with self.store.begin() as uow:
            direct = await uow.direct_rooms.partner(origin.room) == origin.sender
        here = await self._safety(origin) if may_sell and not direct else None
        words: Message = Help(may_sell=may_sell, currency=self.currency.upper(), here=here)
        if asked.argument.strip().lower().startswith("pay"):
            words = PaymentHelp(self.contact, self.withdrawal_days)
        await self.rooms.send(origin.room, words, tx_id("help", origin.event))

    async def _safety(self, origin: Origin) -> Safety | None:
        """None while the gate does not say: help comes all the same."""
        try:
            reach = await self.gate.reach(origin.sender)
        except (Broken, Transient):
            return None
        return reach.safety(encrypted=origin.encrypted)
