"""What an announced seller sends into an encrypted room: looked at before it gets there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.matrix.event_filter import is_attachment
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment, inspected_name
from bot.domain.matrix.raw_event import content_fault
from bot.errors import TemporaryError
from bot.ids import RoomId, UserId
from bot.ports import Clock, RoomEncryption
from bot.services.inbound.failed_items import Malformed
from bot.services.inbound.gate_restore import ReceiveInterception
from bot.services.inbound.vet_sender import VetSender


@dataclass(frozen=True, slots=True)
class InspectEncrypted:
    encryption: RoomEncryption
    receive_interception: ReceiveInterception
    clock: Clock
    vet: VetSender

    async def __call__(self, event: Mapping[str, Any]) -> str | None:
        """The name under which an attachment was taken in; None for what may pass.

        The same ciphertext has the same name, however often it is sent. Raises TemporaryError for what cannot
        be read and Malformed for what cannot be kept, so that nobody takes it for harmless.
        """
        room, sender = RoomId(event["room_id"]), UserId(event["sender"])
        most = await self.receive_interception.admit_interception(room, sender)
        ahead = await self.encryption.read_ahead(event)
        if ahead.type != "m.room.message" or not is_attachment(ahead.content):
            return None
        fault = content_fault(ahead.content)
        if fault is not None:
            raise Malformed(fault)
        if not await self.vet.trusts(sender, ahead.author):
            raise TemporaryError("a held event comes from a device that its owner has not signed")
        handover = InterceptedAttachment(
            name=inspected_name(room, ahead.place),
            room=room,
            sender=sender,
            content=ahead.content,
            received_at=self.clock.now(),
        )
        await self.receive_interception.keep(handover, most)
        return handover.name
