"""`!ppv give CODE @somebody:example.org`: a present from the seller."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.domain.people.permissions import Level
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import UserId, parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.auth.authorization import Standing
from bot.services.payments.gift_purchase import GiveAway


@dataclass(frozen=True, slots=True)
class GiveCommand:
    rooms: Rooms
    standing: Standing
    give: GiveAway

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        await self.standing.require(origin.sender, Level.SELLER)
        code, to = [*asked.argument.split(), "", ""][:2]
        offer = parse_code(code)
        if offer is None or not (to.startswith("@") and ":" in to):
            raise Refusal(
                spoken(
                    "What, and to whom? Write it like this: `!ppv give K7QM2-XPA4E @bob:example.org`"
                )
            )
        await self.give(offer, origin.sender, UserId(to))
        words = Line(spoken("🎁 It is a present now, and on its way to {to}.", to=to))
        await self.rooms.confide(asked.chat, words, tx_id("given", origin.event))
