"""A chat command as it was asked."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.matrix.matrix_event import Origin
from bot.domain.matrix.private_room import ProvedRoom
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import TxId
from bot.messages import Line
from bot.ports import Rooms


class OnlyInPrivate(Refusal):
    """Asked where others could read the answer."""

    def __init__(self, name: str) -> None:
        super().__init__(
            spoken("Let's do that between us: write “{name}” to me in a direct chat.", name=name)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`!ppv name argument`, by whom and where."""

    origin: Origin
    name: str = ""
    argument: str = field(default="", repr=False)
    private: ProvedRoom | None = None
    """The room that it was asked in, if it proved private between the bot and the sender."""
    admins_room: bool = False
    """It was asked in the room that the settings name as that of the admins."""

    @property
    def chat(self) -> ProvedRoom:
        """Where an answer for the sender alone goes. Raises OnlyInPrivate in a room with others."""
        if self.private is None:
            raise OnlyInPrivate(self.name)
        return self.private


async def answer(rooms: Rooms, asked: Asked, words: Line, tx: TxId) -> None:
    """Answer in the sender's chat, or in the admins' room to what was asked there. Raises OnlyInPrivate."""
    if asked.admins_room:
        await rooms.send(asked.origin.room, words, tx, reply_to=asked.origin.event)
    else:
        await rooms.confide(asked.chat, words, tx, reply_to=asked.origin.event)


class Command(Protocol):
    """One chat command. Raises Refusal, whose words go back to who asked."""

    async def __call__(self, asked: Asked) -> None: ...
