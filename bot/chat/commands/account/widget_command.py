"""`!ppv widget`: one's studio beside the chat, in apps that show widgets. `!ppv widget off` takes it out."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.auth.authorization import Authorizer
from bot.services.auth.widget_login import AddWidget

_OFF = {"off", "stop", "remove"}


@dataclass(frozen=True, slots=True)
class WidgetCommand:
    rooms: Rooms
    authorizer: Authorizer
    add_widget: AddWidget
    allowed: bool
    """The people who run this have named apps that may show it."""

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        if asked.argument.strip().lower() in _OFF:
            await self.add_widget.take_down(origin.sender, origin.room)
            words = gettext_lazy(
                "Your studio is out of this chat, and no browser is signed in to it any more. `!ppv studio` opens it in"
                " a browser."
            )
        else:
            await self.authorizer.require(origin.sender, Level.SELLER)
            if not self.allowed:
                raise UserError(
                    gettext_lazy(
                        "Here the studio is not shown beside the chat. `!ppv studio` opens it in a browser."
                    )
                )
            await self.add_widget(origin.sender, origin.room)
            words = gettext_lazy(
                "Your studio stands beside this chat now, in apps that show widgets, such as Element on a"
                " computer. Press “Continue” there, and allow it to ask who you are. Other apps show nothing"
                " of it. `!ppv widget off` takes it out again."
            )
        await self.rooms.confide(asked.chat, Line(words), tx_id("widget", origin.event))
