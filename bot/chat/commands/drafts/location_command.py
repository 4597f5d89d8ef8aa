"""`!ppv location keep`: files that join the draft from now on keep place and camera; `remove` takes that back."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.messages import Line
from bot.ports import Rooms, Store
from bot.services.drafts.chat_draft import edit_draft

_ANSWERS = {
    "keep": gettext_lazy(
        "Photos and films that you send from now on for this draft keep what they say of place and camera, and"
        " whoever buys them can read it. `!ppv location remove` takes that back."
    ),
    "remove": gettext_lazy(
        "From photos and films that you send from now on for this draft I take out where they were taken, and by"
        " which camera."
    ),
}


@dataclass(frozen=True, slots=True)
class LocationCommand:
    store: Store
    rooms: Rooms

    async def __call__(self, asked: CommandCall) -> None:
        chosen = asked.argument.strip().casefold()
        answer = _ANSWERS.get(chosen)
        if answer is None:
            raise UserError(
                gettext_lazy(
                    "Shall photos say where they were taken? Write `!ppv location keep` or `!ppv location remove`,"
                    " then send them."
                )
            )
        await edit_draft(
            self.store,
            asked.event,
            lambda draft: draft.with_keep_location(chosen == "keep"),
            begin=True,
        )
        await self.rooms.confide(asked.chat, Line(answer), tx_id("location", asked.event.event))
