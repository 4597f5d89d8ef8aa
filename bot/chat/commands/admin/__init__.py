"""`!ppv admin …`: what admins do in their own room. Elsewhere the bot knows no such command."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.chat.command_call import Command, CommandCall
from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.ports import RoomState
from bot.services.auth.authorization import Authorizer
from bot.services.messaging.room_replacement import versions_of

_USAGE = "In this room you can write, each after `!ppv admin`:\n"


@dataclass(frozen=True, slots=True)
class AdminCommand:
    state: RoomState
    authorizer: Authorizer
    room: str
    """The admins': an id or an alias; empty for none."""
    tasks: Mapping[str, Command]
    usage: tuple[str, ...]
    """How each task is written."""

    async def __call__(self, asked: CommandCall) -> None:
        """Raises UserError to admins; nobody else gets an answer."""
        if not await self.authorizer.allows(asked.event.sender, Level.ADMIN):
            return
        await self._require_their_room(asked)
        name, argument = [*asked.argument.split(maxsplit=1), "", ""][:2]
        task = self.tasks.get(name.lower())
        if task is None:
            raise UserError(_USAGE + "\n".join(f"`{each}`" for each in self.usage))
        await task(replace(asked, argument=argument, admins_room=True))

    async def _require_their_room(self, asked: CommandCall) -> None:
        if not self.room:
            raise UserError(
                "Admins speak with me in a room of their own. Name one as `admins.room` in the"
                " configuration, and invite me there."
            )
        room = await self.state.resolve(self.room)
        if (await versions_of(self.state, room))[-1] != asked.event.room:
            raise UserError("Please write that in the admins' room: others can read along here.")
