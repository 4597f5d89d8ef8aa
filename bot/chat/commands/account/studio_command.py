"""`!ppv studio`: a link to one's own pages. `!ppv studio stop`: no browser is signed in any more."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.people.permissions import Level
from bot.domain.people.web_session import LoginTarget
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.messages import Line, SignInInvitation
from bot.ports import Rooms
from bot.services.auth.authorization import Authorizer
from bot.services.auth.login import LoginService
from bot.services.auth.login_links import CreateLoginLink
from bot.services.messaging.direct_room import DirectRoom


@dataclass(frozen=True, slots=True)
class StudioCommand:
    rooms: Rooms
    direct_room: DirectRoom
    authorizer: Authorizer
    create_login_link: CreateLoginLink
    login_service: LoginService

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        if asked.argument.strip().lower() == "stop":
            await self.login_service.logout_everywhere(origin.sender)
            words = Line(gettext_lazy("Done: you are signed out of your pages in every browser."))
            await self.rooms.confide(asked.chat, words, tx_id("signed out", origin.event))
            return
        await self.authorizer.require(origin.sender, Level.SELLER)
        room = await self.direct_room(origin.sender)
        link = await self.create_login_link(origin.sender, LoginTarget.STUDIO)
        await self.rooms.confide(
            room, SignInInvitation(LoginTarget.STUDIO, link), tx_id("studio", origin.event)
        )
