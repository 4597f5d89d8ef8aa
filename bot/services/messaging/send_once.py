"""Saying each thing of a delivery once, even if the homeserver has forgotten that it was said."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.matrix.private_room import ProvedRoom
from bot.domain.purchases.delivery import Delivery
from bot.ids import EventId, RoomId, TxId
from bot.messages import Message
from bot.ports import Rooms

_TX_REMEMBERED = timedelta(minutes=20)
"""Homeservers know a transaction id again for half an hour, or for a day; none promises it."""
_CLOCKS_APART = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SendOnce:
    rooms: Rooms
    room: ProvedRoom
    delivery: Delivery
    now: datetime

    async def __call__(
        self, message: Message, tx: TxId, *, reply_to: EventId | None = None
    ) -> EventId:
        """Raises NoDevice if the buyer could not read it."""
        if self.now - self.delivery.requested_at > _TX_REMEMBERED:
            said = await was_sent(self.rooms, self.room.id, self.delivery, tx)
            if said is not None:
                return said
        return await self.rooms.confide(self.room, message, tx, reply_to=reply_to, goods=True)


async def was_sent(rooms: Rooms, room: RoomId, delivery: Delivery, tx: TxId) -> EventId | None:
    """What was said under `tx`, as the room has it."""
    return await rooms.sent(room, tx, delivery.requested_at - _CLOCKS_APART)
