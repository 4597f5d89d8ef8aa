"""`!ppv withdraw CODE`: take an offer off sale. Who bought it keeps it."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.offers.edit_offer import ChangeOffer


@dataclass(frozen=True, slots=True)
class WithdrawCommand:
    rooms: Rooms
    change_offer: ChangeOffer

    async def __call__(self, asked: Asked) -> None:
        offer = parse_code(asked.argument)
        if offer is None:
            raise Refusal(
                spoken("Which offer? Write its code like this: `!ppv withdraw K7QM2-XPA4E`")
            )
        await self.change_offer.withdraw(offer, asked.origin.sender)
        words = Line(spoken("It is off sale. Those who bought it keep it."))
        await self.rooms.confide(asked.chat, words, tx_id("withdraw", asked.origin.event))
