"""`!ppv done`: all attachments of a flagged offer are sent."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.services.room_sale.collect_files import CollectFiles


@dataclass(frozen=True, slots=True)
class DoneCommand:
    collect_files: CollectFiles

    async def __call__(self, asked: CommandCall) -> None:
        await self.collect_files.done(asked.event.room, asked.event.sender)
