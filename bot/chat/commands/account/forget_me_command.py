"""`!ppv forget-me`: what it would mean. `!ppv forget-me yes`: somebody is forgotten, for good."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.i18n import spoken
from bot.ids import tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.privacy.erase_user import ForgetPerson

_MEANING = spoken(
    "I can forget you. Your Matrix ID then goes from all that I keep: from your purchases, your library and your"
    " reports, and I leave our chats. I can't send you anything again, and what you have bought you can't buy a"
    " second time from this account. What is in your app already stays yours.\n"
    "Records of the sales stay without your name, as tax law asks; Stripe has records of its own.\n"
    "If that is what you want, write `!ppv forget-me yes` within the hour. It can't be undone."
)


@dataclass(frozen=True, slots=True)
class ForgetMeCommand:
    rooms: Rooms
    forget: ForgetPerson

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        if asked.argument.lower().strip(" .!") == "yes":
            await self.forget(origin.sender, origin.event)
            return
        await self.forget.ask(origin.sender)
        await self.rooms.confide(asked.chat, Line(_MEANING), tx_id("forget-me", origin.event))
