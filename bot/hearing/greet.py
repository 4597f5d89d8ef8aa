"""Coming into a room: the bot accepts invitations and says in a few lines what it is for."""

from dataclasses import dataclass

from bot.events import Invitation
from bot.ids import tx_id
from bot.jobs import delivery_lane
from bot.messages import RoomWelcome, Welcome
from bot.permissions import Level
from bot.ports import RoomDoors, RoomEncryption, Rooms, Store
from bot.standing import Standing


@dataclass(frozen=True, slots=True)
class Greet:
    store: Store
    rooms: Rooms
    doors: RoomDoors
    encryption: RoomEncryption
    standing: Standing
    private: bool
    """Direct rooms must be encrypted."""

    async def __call__(self, invitation: Invitation) -> None:
        origin = invitation.origin
        await self.doors.join(origin.room)
        if invitation.direct:
            async with self.store.begin() as uow:
                await uow.direct_rooms.save(origin.sender, origin.room)
                await uow.jobs.wake(delivery_lane(origin.sender))
            words = Welcome(
                may_sell=await self.standing.may(origin.sender, Level.SELLER),
                too_open=self.private and not await self.encryption.is_encrypted(origin.room),
            )
            await self.rooms.send(origin.room, words, tx_id("welcome", origin.event))
        else:
            await self.rooms.send(origin.room, RoomWelcome(), tx_id("welcome", origin.event))
