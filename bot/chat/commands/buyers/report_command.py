"""`!ppv report CODE reason`: tell those who run this that an offer should not be there."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import code_of, parse_code, report_code_of, tx_id
from bot.messages import Decision
from bot.ports import Rooms
from bot.services.messaging.direct_room import DirectRoom
from bot.services.moderation.submit_report import FileReport, Said


@dataclass(frozen=True, slots=True)
class ReportCommand:
    rooms: Rooms
    direct_room: DirectRoom
    file: FileReport

    async def __call__(self, asked: Asked) -> None:
        """The answer goes to the direct room, and to nobody else."""
        origin = asked.origin
        typed, why = [*asked.argument.split(maxsplit=1), "", ""][:2]
        offer = parse_code(typed)
        if offer is None or not why.strip():
            raise Refusal(
                spoken(
                    "Which offer, and what is wrong with it? Write it like this: `!ppv report K7QM2-XPA4E it"
                    " is my own photo`"
                )
            )
        report = await self.file(origin.event, Said(offer=offer, words=why.strip()), origin.sender)
        room = await self.direct_room(origin.sender)
        words = spoken(
            "Thank you. Your report about {code} has the number {report} and is with the people who"
            " run this. I tell you here what they decide, and why.",
            code=code_of(offer),
            report=report_code_of(report),
        )
        await self.rooms.confide(room, Decision(words), tx_id("reported", origin.event))
