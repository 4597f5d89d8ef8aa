"""`!ppv help`: what one can say, with real values. `!ppv help price`: one command; `payment`: money."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.chat.commands.account.command_guide import GUIDE
from bot.chat.commands.account.nearest_command import nearest
from bot.domain.matrix.event_filter import addressed
from bot.domain.matrix.gate_coverage import Safety
from bot.domain.matrix.matrix_event import Origin
from bot.domain.people.permissions import Level
from bot.errors import Broken, Refusal, Transient
from bot.i18n import spoken
from bot.ids import tx_id
from bot.messages import CommandHelp, Help, OpenMessage, PaymentHelp
from bot.ports import Gate, Rooms, Store
from bot.services.auth.authorization import Standing


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
        words = await self._words(origin, asked.argument)
        await self.rooms.send(origin.room, words, tx_id("help", origin.event))

    async def _words(self, origin: Origin, asked: str) -> OpenMessage:
        """Raises Refusal for a command that is mistyped."""
        name = (addressed(asked) or asked).lower().partition(" ")[0]
        if name.startswith("pay"):
            return PaymentHelp(self.contact, self.withdrawal_days)
        if name in GUIDE:
            return CommandHelp(GUIDE[name], self.currency.upper())
        near = nearest(name, GUIDE)
        if near:
            raise Refusal(
                spoken(
                    "I don't know “{name}”. Did you mean `!ppv help {near}`?",
                    name=name[:40],
                    near=near,
                )
            )
        may_sell = await self.standing.may(origin.sender, Level.SELLER)
        async with self.store.begin() as uow:
            direct = await uow.direct_rooms.partner(origin.room) == origin.sender
        here = await self._safety(origin) if may_sell and not direct else None
        return Help(may_sell=may_sell, currency=self.currency.upper(), here=here)

    async def _safety(self, origin: Origin) -> Safety | None:
        """None while the gate does not say: help comes all the same."""
        try:
            reach = await self.gate.reach(origin.sender)
        except (Broken, Transient):
            return None
        return reach.safety(encrypted=origin.encrypted)
