"""`!ppv buy CODE`: get one's personal link."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import parse_code
from bot.services.checkout.send_purchase_link import SendPurchaseLink


@dataclass(frozen=True, slots=True)
class BuyCommand:
    send_purchase_link: SendPurchaseLink

    async def __call__(self, asked: CommandCall) -> None:
        offer = parse_code(asked.argument)
        if offer is None:
            raise UserError(
                gettext_lazy("Which one? Write its code like this: `!ppv buy K7QM2-XPA4E`")
            )
        await self.send_purchase_link(offer, asked.event.sender, asked.event.event)
