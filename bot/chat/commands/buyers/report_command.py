"""`!ppv report CODE reason`: tell those who run this that an offer should not be there."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import code_of, parse_code, report_code_of, tx_id
from bot.messages import Decision
from bot.ports import Rooms
from bot.services.messaging.direct_room import DirectRoom
from bot.services.moderation.submit_report import ReportForm, SubmitReport


@dataclass(frozen=True, slots=True)
class ReportCommand:
    rooms: Rooms
    direct_room: DirectRoom
    submit_report: SubmitReport

    async def __call__(self, asked: CommandCall) -> None:
        """The answer goes to the direct room, and to nobody else."""
        origin = asked.event
        typed, why = [*asked.argument.split(maxsplit=1), "", ""][:2]
        offer = parse_code(typed)
        if offer is None or not why.strip():
            raise UserError(
                gettext_lazy(
                    "Which offer, and what is wrong with it? Write it like this: `!ppv report K7QM2-XPA4E it"
                    " is my own photo`"
                )
            )
        report = await self.submit_report(
            origin.event, ReportForm(offer=offer, description=why.strip()), origin.sender
        )
        room = await self.direct_room(origin.sender)
        words = gettext_lazy(
            "Thank you. Your report about {code} has the number {report} and is with the people who"
            " run this. I tell you here what they decide, and why.",
            code=code_of(offer),
            report=report_code_of(report),
        )
        await self.rooms.confide(room, Decision(words), tx_id("reported", origin.event))
