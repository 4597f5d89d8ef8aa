"""`!ppv studio`: a link to one's own pages. `!ppv studio stop`: no browser is signed in any more."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.delivering.direct import DirectRoom
from bot.ids import tx_id
from bot.messages import Line, SignInInvitation
from bot.permissions import Level
from bot.ports import Rooms
from bot.sign_in import Place
from bot.signing_in.browser import SignInBrowser
from bot.signing_in.links import MakeSignInLink
from bot.standing import Standing
from bot.words import spoken


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
