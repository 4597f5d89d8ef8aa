"""`!ppv keep CODE`: what was to be removed, because nobody touched it for long, stays."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import code_of, parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms
from bot.services.retention.extend_retention import KeepIt


@dataclass(frozen=True, slots=True)
class KeepCommand:
    rooms: Rooms
    keep: KeepIt

    async def __call__(self, asked: Asked) -> None:
        origin, typed = asked.origin, asked.argument.strip()
        if not typed:
            raise Refusal(spoken("Which one? Write its code like this: `!ppv keep K7QM2-XPA4E`"))
        offer = await self.keep(origin.sender, parse_code(typed))
        words = Line(
            spoken(
                "I keep {code}. Should its time come once more, I ask you before.",
                code=code_of(offer.id),
            )
        )
        await self.rooms.confide(asked.chat, words, tx_id("keep", origin.event))
