"""`!ppv cancel CODE`: a purchase is taken back, where the law lets one; `ask` passes the wish on to the seller."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import parse_code, tx_id
from bot.messages import CancelQuestion, Line, Message
from bot.ports import Rooms
from bot.services.payments.right_of_withdrawal import CancelPurchase

_DONE = gettext_lazy(
    "Your purchase is cancelled. I have asked Stripe to send your money back, and tell you as soon as it has."
)
_ASKED = gettext_lazy(
    "I have told the seller that you would like to give it back. If they send the money back, I tell you at once."
)


@dataclass(frozen=True, slots=True)
class CancelCommand:
    """Asks once more, for it cannot be undone."""

    rooms: Rooms
    cancel_purchase: CancelPurchase

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        typed, then, words = [*asked.argument.split(maxsplit=2), "", "", ""][:3]
        offer, buyer, then = parse_code(typed), origin.sender, then.lower().strip(" .!,:")
        message: Message
        if then == "yes":
            await self.cancel_purchase(buyer, offer)
            message = Line(_DONE)
        elif then == "ask":
            await self.cancel_purchase.ask(buyer, offer, words, origin.event)
            message = Line(_ASKED)
        else:
            standing = await self.cancel_purchase.terms(buyer, offer)
            if standing.why_not:
                raise UserError(
                    gettext_lazy(
                        "{why_not} `!ppv cancel {code} ask` tells them that you would like to give it back; say"
                        " why behind it, if you like.",
                        why_not=standing.why_not,
                        code=standing.code,
                    )
                )
            message = CancelQuestion(standing.code, standing.text, standing.amount, standing.until)
        await self.rooms.confide(asked.chat, message, tx_id("cancel", origin.event))
