"""`!ppv done`: all attachments of a flagged offer are sent."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.services.room_sale.end_collecting import EndCollecting


@dataclass(frozen=True, slots=True)
class DoneCommand:
    end_collecting: EndCollecting

    async def __call__(self, asked: CommandCall) -> None:
        await self.end_collecting.done(asked.event.room, asked.event.sender)
