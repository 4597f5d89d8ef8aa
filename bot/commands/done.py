"""`!ppv done`: all attachments of a flagged offer are sent."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.selling.listening import EndListening


@dataclass(frozen=True, slots=True)
class DoneCommand:
    end_listening: EndListening

    async def __call__(self, asked: Asked) -> None:
        await self.end_listening.done(asked.origin.room, asked.origin.sender)
