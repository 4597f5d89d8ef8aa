"""`!ppv forget-me`: what it would mean. `!ppv forget-me yes`: somebody is forgotten, for good."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.privacy.erase_user import EraseUser

_MEANING = gettext_lazy(
    "I can forget you. Your Matrix ID then goes from all that I keep: from your purchases, your library and your"
    " reports, and I leave our chats. I can't send you anything again, and what you have bought you can't buy a"
    " second time from this account. What is in your app already stays yours.\n"
    "Records of the sales stay without your name, as tax law asks; Stripe has records of its own.\n"
    "If that is what you want, write `!ppv forget-me yes` within the hour. It can't be undone."
)


@dataclass(frozen=True, slots=True)
class ForgetMeCommand:
    rooms: Rooms
    erase_user: EraseUser

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        if asked.argument.lower().strip(" .!") == "yes":
            await self.erase_user(origin.sender, origin.event)
            return
        await self.erase_user.ask(origin.sender)
        await self.rooms.confide(asked.chat, Line(_MEANING), tx_id("forget-me", origin.event))
