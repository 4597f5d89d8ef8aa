"""Somebody comes into their direct room."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.matrix.matrix_event import MemberJoined
from bot.ids import UserId, homeserver_of, tx_id
from bot.jobs.delivery_jobs import delivery_lock
from bot.jobs.inbound_jobs import BackfillJoin
from bot.ports import Clock, RoomMembership, Store

_UNTIL_SENT = timedelta(seconds=5)
"""By then, what was being said when somebody came in stands in the room."""


@dataclass(frozen=True, slots=True)
class HandleMemberJoined:
    """Whatever waits for them goes on at once, and they miss nothing that was said just then."""

    store: Store
    clock: Clock
    bot: UserId

    async def __call__(self, arrival: MemberJoined) -> None:
        room, user = arrival.origin.room, arrival.user
        async with self.store.begin() as uow:
            if await uow.direct_rooms.partner(room) != user:
                return
            await uow.jobs.wake(delivery_lock(user))
            if homeserver_of(user) != homeserver_of(self.bot):
                due = self.clock.now() + _UNTIL_SENT
                await uow.jobs.add(
                    BackfillJoin(room, arrival.origin.event), at=due, queueing_lock=True
                )


@dataclass(frozen=True, slots=True)
class BackfillNewMember:
    membership: RoomMembership

    async def __call__(self, job: BackfillJoin) -> None:
        await self.membership.bring_up_to_date(job.room, tx_id("up to date", job.arrival))
