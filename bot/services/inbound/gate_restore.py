"""What a gate took out: taken in durably, and put in the place of the event that stands for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.matrix.event_filter import GATE_KEY
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment, is_inspected
from bot.errors import TemporaryError
from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Store
from bot.services.inbound.admit_interception import SELLER_WAITING, AdmitInterception

GATED = "gated"
"""Marks a raw event whose content came by a handover."""

_WAITED_FOR = timedelta(days=7)
"""The event comes within seconds, or when we are back; for a sender who may not speak, never."""


@dataclass(frozen=True, slots=True)
class ReceiveInterception:
    """When this returns, a crash loses nothing of it. Raises TemporaryError for what is not taken in."""

    store: Store
    admit_interception: AdmitInterception

    async def __call__(self, handover: InterceptedAttachment) -> None:
        """Take in what anybody can read."""
        if is_inspected(handover.name):
            raise TemporaryError("a handover under a name that only held events have")
        await self.keep(handover, await self.admit_interception(handover.room, handover.sender))

    async def keep(self, handover: InterceptedAttachment, most: int) -> None:
        """`most`: how many of one sender may wait for their events."""
        async with self.store.begin() as uow:
            await uow.handovers.forget(handover.received_at - _WAITED_FOR)
            waiting = await uow.handovers.waiting(handover.sender, beside=handover.name)
            if waiting < most:
                await uow.handovers.add(handover)
                return
            if most >= SELLER_WAITING:
                await uow.jobs.add(_alert(handover), queueing_lock=True)
        raise TemporaryError("too many handovers of one sender wait for their events")


def _alert(handover: InterceptedAttachment) -> AlertAdmins:
    return AlertAdmins(
        f"handovers wait:{handover.sender}:{handover.received_at.date()}",
        f"The gate has handed over {SELLER_WAITING} files of {handover.sender}, and the homeserver has sent no event"
        " for any of them. Until it does they can't send files for sale into rooms. Either the homeserver does not"
        " reach matrix-ppv (`matrix-ppv doctor` looks at it), or somebody else knows the gate's secret: then change"
        " `secret` in homeserver.yaml and `gate.secret` in config.yaml.",
    )


@dataclass(frozen=True, slots=True)
class RestoreIntercepted:
    store: Store

    async def handled(self, event: Mapping[str, Any]) -> None:
        """Forget what was handed over for this event. Killed before, it is handled once more."""
        content = event.get("content")
        if isinstance(content, Mapping) and GATE_KEY in content:
            async with self.store.begin() as uow:
                await uow.handovers.handled(event["event_id"])

    async def __call__(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """With what was handed over in it; None for a stand-in for nothing; any other as it is, without our mark.

        An encrypted event stands for what the bot has decrypted alone: who knows the gate's secret and makes
        events could otherwise bring plaintext in and have it taken for encrypted.
        """
        content = event.get("content")
        if not isinstance(content, Mapping) or GATE_KEY not in content:
            return {key: value for key, value in event.items() if key != GATED}
        stub = content[GATE_KEY]
        name = stub.get("name") if isinstance(stub, Mapping) else None
        encrypted = event["type"] == "m.room.encrypted"
        if not isinstance(name, str) or is_inspected(name) != encrypted:
            return None
        async with self.store.begin() as uow:
            handover = await uow.handovers.claim(
                name, event["event_id"], room=event["room_id"], sender=event["sender"]
            )
        if handover is None:
            return None
        return {
            **event,
            "type": "m.room.message",
            "content": handover.content,
            "encrypted": encrypted,
            GATED: True,
        }
