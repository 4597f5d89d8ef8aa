"""`!ppv studio`: a link to one's own pages. `!ppv studio stop`: no browser is signed in any more."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.domain.people.permissions import Level
from bot.domain.people.web_session import Place
from bot.i18n import spoken
from bot.ids import tx_id
from bot.messages import Line, SignInInvitation
from bot.ports import Rooms
from bot.services.auth.authorization import Standing
from bot.services.auth.login import SignInBrowser
from bot.services.auth.login_links import MakeSignInLink
from bot.services.messaging.direct_room import DirectRoom


@dataclass(frozen=True, slots=True)
class StudioCommand:
    rooms: Rooms
    direct_room: DirectRoom
    standing: Standing
    make_link: MakeSignInLink
    browser: SignInBrowser

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        if asked.argument.strip().lower() == "stop":
            await self.browser.leave_everywhere(origin.sender)
            words = Line(spoken("Done: you are signed out of your pages in every browser."))
            await self.rooms.confide(asked.chat, words, tx_id("signed out", origin.event))
            return
        await self.standing.require(origin.sender, Level.SELLER)
        room = await self.direct_room(origin.sender)
        link = await self.make_link(origin.sender, Place.STUDIO)
        await self.rooms.confide(
            room, SignInInvitation(Place.STUDIO, link), tx_id("studio", origin.event)
        )
