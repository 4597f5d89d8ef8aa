"""`!ppv help`: what one can say, with real values. `!ppv help price`: one command; `payment`: money."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.chat.commands.account.command_guide import GUIDE
from bot.chat.commands.account.nearest_command import nearest
from bot.domain.matrix.event_filter import strip_command_prefix
from bot.domain.matrix.gate_coverage import Exposure
from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.people.permissions import Level
from bot.errors import OperatorError, TemporaryError, UserError
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.messages import CommandHelp, Help, OpenMessage, PaymentHelp
from bot.ports import Gate, Rooms, Store
from bot.services.auth.authorization import Authorizer


@dataclass(frozen=True, slots=True)
class HelpCommand:
    store: Store
    rooms: Rooms
    gate: Gate
    authorizer: Authorizer
    currency: str
    contact: str
    withdrawal_days: int

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        words = await self._words(origin, asked.argument)
        await self.rooms.send(origin.room, words, tx_id("help", origin.event))

    async def _words(self, origin: EventMeta, asked: str) -> OpenMessage:
        """Raises UserError for a command that is mistyped."""
        name = (strip_command_prefix(asked) or asked).lower().partition(" ")[0]
        if name.startswith("pay"):
            return PaymentHelp(self.contact, self.withdrawal_days)
        if name in GUIDE:
            return CommandHelp(GUIDE[name], self.currency.upper())
        near = nearest(name, GUIDE)
        if near:
            raise UserError(
                gettext_lazy(
                    "I don't know “{name}”. Did you mean `!ppv help {near}`?",
                    name=name[:40],
                    near=near,
                )
            )
        may_sell = await self.authorizer.allows(origin.sender, Level.SELLER)
        async with self.store.begin() as uow:
            direct = await uow.direct_rooms.partner(origin.room) == origin.sender
        here = await self._safety(origin) if may_sell and not direct else None
        return Help(may_sell=may_sell, currency=self.currency.upper(), here=here)

    async def _safety(self, origin: EventMeta) -> Exposure | None:
        """None while the gate does not say: help comes all the same."""
        try:
            reach = await self.gate.reach(origin.sender)
        except (OperatorError, TemporaryError):
            return None
        return reach.exposure(encrypted=origin.encrypted)
