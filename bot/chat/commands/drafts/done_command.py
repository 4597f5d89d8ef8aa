"""`!ppv done`: all attachments of a flagged offer are sent."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.services.room_sale.collect_files import EndListening


@dataclass(frozen=True, slots=True)
class DoneCommand:
    end_listening: EndListening

    async def __call__(self, asked: Asked) -> None:
        await self.end_listening.done(asked.origin.room, asked.origin.sender)
