"""`!ppv withdraw CODE`: take an offer off sale. Who bought it keeps it."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.offers.edit_offer import EditOffer


@dataclass(frozen=True, slots=True)
class WithdrawCommand:
    rooms: Rooms
    edit_offer: EditOffer

    async def __call__(self, asked: CommandCall) -> None:
        offer = parse_code(asked.argument)
        if offer is None:
            raise UserError(
                gettext_lazy("Which offer? Write its code like this: `!ppv withdraw K7QM2-XPA4E`")
            )
        await self.edit_offer.withdraw(offer, asked.event.sender)
        words = Line(gettext_lazy("It is off sale. Those who bought it keep it."))
        await self.rooms.confide(asked.chat, words, tx_id("withdraw", asked.event.event))
