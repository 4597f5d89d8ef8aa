"""Somebody comes into their direct room."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.matrix.matrix_event import Arrival
from bot.ids import UserId, homeserver_of, tx_id
from bot.jobs import BringUpToDate, delivery_lane
from bot.ports import Clock, RoomDoors, Store

_UNTIL_SENT = timedelta(seconds=5)
"""By then, what was being said when somebody came in stands in the room."""


@dataclass(frozen=True, slots=True)
class WelcomeBack:
    """Whatever waits for them goes on at once, and they miss nothing that was said just then."""

    store: Store
    clock: Clock
    bot: UserId

    async def __call__(self, arrival: Arrival) -> None:
        room, user = arrival.origin.room, arrival.user
        async with self.store.begin() as uow:
            if await uow.direct_rooms.partner(room) != user:
                return
            await uow.jobs.wake(delivery_lane(user))
            if homeserver_of(user) != homeserver_of(self.bot):
                due = self.clock.now() + _UNTIL_SENT
                await uow.jobs.add(BringUpToDate(room, arrival.origin.event), at=due, once=True)


@dataclass(frozen=True, slots=True)
class BringNewcomerUpToDate:
    doors: RoomDoors

    async def __call__(self, job: BringUpToDate) -> None:
        await self.doors.bring_up_to_date(job.room, tx_id("up to date", job.arrival))
