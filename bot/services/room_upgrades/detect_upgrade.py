"""Hear that a room was replaced, and which invitations belong to that."""

from dataclasses import dataclass

from bot.domain.matrix.matrix_event import Event, Invite, Tombstone
from bot.ids import homeserver_of
from bot.jobs.upgrade_jobs import FollowUpgrade
from bot.ports import Store


@dataclass(frozen=True, slots=True)
class DetectUpgrade:
    store: Store

    async def __call__(self, tombstone: Tombstone) -> None:
        """Whoever sent it, because the state of both rooms decides."""
        origin = tombstone.origin
        async with self.store.begin() as uow:
            job = FollowUpgrade(origin.room, homeserver_of(origin.sender))
            await uow.jobs.add(job, queueing_lock=True)

    async def awaits(self, event: Event) -> bool:
        """Whether this invites the bot into a room that it has asked to be let into."""
        if not isinstance(event, Invite):
            return False
        async with self.store.begin() as uow:
            return await uow.sale_rooms.awaits_invitation(event.origin.room)
