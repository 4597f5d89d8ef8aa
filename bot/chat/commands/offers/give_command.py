"""`!ppv give CODE @somebody:example.org`: a present from the seller."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId, parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.auth.authorization import Authorizer
from bot.services.payments.gift_purchase import GiftPurchase


@dataclass(frozen=True, slots=True)
class GiveCommand:
    rooms: Rooms
    authorizer: Authorizer
    gift_purchase: GiftPurchase

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        await self.authorizer.require(origin.sender, Level.SELLER)
        code, to = [*asked.argument.split(), "", ""][:2]
        offer = parse_code(code)
        if offer is None or not (to.startswith("@") and ":" in to):
            raise UserError(
                gettext_lazy(
                    "What, and to whom? Write it like this: `!ppv give K7QM2-XPA4E @bob:example.org`"
                )
            )
        await self.gift_purchase(offer, origin.sender, UserId(to))
        words = Line(gettext_lazy("🎁 It is a present now, and on its way to {to}.", to=to))
        await self.rooms.confide(asked.chat, words, tx_id("given", origin.event))
