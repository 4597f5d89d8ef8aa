"""`!ppv keep CODE`: what was to be removed, because nobody touched it for long, stays."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import code_of, parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.retention.extend_retention import ExtendRetention


@dataclass(frozen=True, slots=True)
class KeepCommand:
    rooms: Rooms
    extend_retention: ExtendRetention

    async def __call__(self, asked: CommandCall) -> None:
        origin, typed = asked.event, asked.argument.strip()
        if not typed:
            raise UserError(
                gettext_lazy("Which one? Write its code like this: `!ppv keep K7QM2-XPA4E`")
            )
        offer = await self.extend_retention(origin.sender, parse_code(typed))
        words = Line(
            gettext_lazy(
                "I keep {code}. Should its time come once more, I ask you before.",
                code=code_of(offer.id),
            )
        )
        await self.rooms.confide(asked.chat, words, tx_id("keep", origin.event))
