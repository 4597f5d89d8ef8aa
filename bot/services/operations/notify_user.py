"""Telling people in their direct room what admins have decided."""

from dataclasses import dataclass

from bot.ids import tx_id
from bot.jobs.moderation_jobs import NotifyUser
from bot.messages import Decision
from bot.ports import Rooms
from bot.services.messaging.direct_room import DirectRoom


@dataclass(frozen=True, slots=True)
class SendNotice:
    rooms: Rooms
    direct_room: DirectRoom

    async def __call__(self, job: NotifyUser) -> None:
        """Raises UserError for those who take no invitations: there is no other way to them."""
        room = await self.direct_room(job.user)
        await self.rooms.confide(room, Decision(job.words), tx_id("tell", job.key, job.user))
