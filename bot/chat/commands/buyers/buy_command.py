"""`!ppv buy CODE`: get one's personal link."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import parse_code
from bot.services.checkout.send_purchase_link import SendPersonalLink


@dataclass(frozen=True, slots=True)
class BuyCommand:
    send_link: SendPersonalLink

    async def __call__(self, asked: Asked) -> None:
        offer = parse_code(asked.argument)
        if offer is None:
            raise Refusal(spoken("Which one? Write its code like this: `!ppv buy K7QM2-XPA4E`"))
        await self.send_link(offer, asked.origin.sender, asked.origin.event)
