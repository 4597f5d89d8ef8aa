"""`!ppv connect`: an account of one's own, where the money of one's sales goes."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.people.permissions import Level
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.seller_accounts import ConnectService


@dataclass(frozen=True, slots=True)
class ConnectCommand:
    rooms: Rooms
    authorizer: Authorizer
    connect_service: ConnectService

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        await self.authorizer.require(origin.sender, Level.SELLER)
        link = await self.connect_service.connect(origin.sender)
        words = (
            gettext_lazy("Your account is ready: the money of your sales goes to it.")
            if link is None
            else gettext_lazy(
                "Tell Stripe where your money goes: {link}\nThe link is for you alone and good for a few"
                " minutes. When you are through, say `!ppv connect` once more, and I look whether Stripe"
                " is content.",
                link=link,
            )
        )
        await self.rooms.confide(asked.chat, Line(words), tx_id("connect", origin.event))
