"""The last words to somebody who is forgotten, and out of their room."""

from dataclasses import dataclass

from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.jobs.moderation_jobs import LeaveRoom
from bot.messages import Line
from bot.ports import RoomMembership, Rooms

_WORDS = gettext_lazy(
    "Done: I no longer know who you are, nor what you bought. Records of the sales stay without your name, as"
    " tax law asks. What I sent you stays in your app for as long as you like. All the best to you!"
)


@dataclass(frozen=True, slots=True)
class LeaveDirectRoom:
    rooms: Rooms
    membership: RoomMembership

    async def __call__(self, job: LeaveRoom) -> None:
        """Raises UserError where the bot is out already."""
        await self.rooms.send(job.room, Line(_WORDS), tx_id("part", job.cause))
        await self.membership.leave(job.room)
