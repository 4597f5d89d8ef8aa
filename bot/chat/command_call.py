"""A chat command as it was asked."""

from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.matrix.private_room import ProvedRoom
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import TxId
from bot.messages import Line
from bot.ports import Rooms


class OnlyInPrivate(UserError):
    """Asked where others could read the answer."""

    def __init__(self, name: str) -> None:
        super().__init__(
            gettext_lazy(
                "Let's do that between us: write “{name}” to me in a direct chat.", name=name
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandCall:
    """`!ppv name argument`, by whom and where."""

    event: EventMeta
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


async def answer(rooms: Rooms, asked: CommandCall, words: Line, tx: TxId) -> None:
    """Answer in the sender's chat, or in the admins' room to what was asked there. Raises OnlyInPrivate."""
    if asked.admins_room:
        await rooms.send(asked.event.room, words, tx, reply_to=asked.event.event)
    else:
        await rooms.confide(asked.chat, words, tx, reply_to=asked.event.event)


class Command(Protocol):
    """One chat command. Raises UserError, whose words go back to who asked."""

    async def __call__(self, asked: CommandCall) -> None: ...
