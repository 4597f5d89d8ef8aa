"""`!ppv claim 123456`: the browser that shows this code is mine. `!ppv claim stop`: none is, any more."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import code_of, tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.delivery.verify_browser import VerifyBrowser


@dataclass(frozen=True, slots=True)
class ClaimCommand:
    """Works in any room, for whoever types it may not have a direct chat with the bot."""

    rooms: Rooms
    verify_browser: VerifyBrowser

    async def __call__(self, asked: CommandCall) -> None:
        origin, typed = asked.event, asked.argument.replace(" ", "").lower()
        if typed == "stop":
            await self.verify_browser.stop(origin.sender)
            words = gettext_lazy("Done: no browser can open anything of yours any more.")
        elif len(typed) == 6 and typed.isascii() and typed.isdigit():
            offer = await self.verify_browser(origin.sender, typed)
            # What somebody has bought is not for a room with others to read.
            what = gettext_lazy("what you bought") if asked.private is None else code_of(offer.id)
            words = gettext_lazy(
                "Your browser can open {code} now. It wasn't yours, or somebody asked you to type this?"
                " Then type `!ppv claim stop` at once.",
                code=what,
            )
        else:
            raise UserError(
                gettext_lazy(
                    "Which code? Your personal page shows it, six digits long: `!ppv claim 123456`"
                )
            )
        await self.rooms.send(
            origin.room, Line(words), tx_id("claim", origin.event), reply_to=origin.event
        )
