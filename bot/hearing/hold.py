"""What an announced seller sends into an encrypted room: looked at before it gets there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.concerns import is_attachment
from bot.handover import Handover
from bot.hearing.ungate import ReceiveHandover
from bot.ids import RoomId, UserId, tx_id
from bot.ports import Clock, RoomEncryption


@dataclass(frozen=True, slots=True)
class HoldEncrypted:
    encryption: RoomEncryption
    receive: ReceiveHandover
    clock: Clock

    async def __call__(self, event: Mapping[str, Any]) -> str | None:
        """The name under which an attachment was taken in; None for what may pass.

        The same ciphertext has the same name, however often it is sent. Raises Transient for what cannot
        be read, so that nobody takes it for harmless.
        """
        ahead = await self.encryption.read_ahead(event)
        if ahead.type != "m.room.message" or not is_attachment(ahead.content):
            return None
        room = RoomId(event["room_id"])
        handover = Handover(
            name=tx_id("held", room, ahead.place),
            room=room,
            sender=UserId(event["sender"]),
            content=ahead.content,
            received_at=self.clock.now(),
        )
        await self.receive(handover)
        return handover.name
