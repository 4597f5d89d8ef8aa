"""What a gate took out: taken in durably, and put in the place of the event that stands for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.concerns import GATE_KEY
from bot.handover import Handover
from bot.ports import Store

GATED = "gated"
"""Marks a raw event whose content came by a handover."""

_WAITED_FOR = timedelta(days=7)
"""The event comes within seconds, or when we are back; for a sender who may not speak, never."""


@dataclass(frozen=True, slots=True)
class ReceiveHandover:
    """When this returns, a crash loses nothing of it."""

    store: Store

    async def __call__(self, handover: Handover) -> None:
        async with self.store.begin() as uow:
            await uow.handovers.forget(handover.received_at - _WAITED_FOR)
            await uow.handovers.add(handover)


@dataclass(frozen=True, slots=True)
class Ungate:
    store: Store

    async def handled(self, event: Mapping[str, Any]) -> None:
        """Forget what was handed over for this event. Killed before, it is handled once more."""
        content = event.get("content")
        if isinstance(content, Mapping) and GATE_KEY in content:
            async with self.store.begin() as uow:
                await uow.handovers.handled(event["event_id"])

    async def __call__(self, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """With what was handed over in it; None for a stand-in for nothing; any other as it is, without our mark."""
        content = event.get("content")
        if not isinstance(content, Mapping) or GATE_KEY not in content:
            return {key: value for key, value in event.items() if key != GATED}
        stub = content[GATE_KEY]
        name = stub.get("name") if isinstance(stub, Mapping) else None
        if not isinstance(name, str):
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
            "encrypted": event["type"] == "m.room.encrypted",
            GATED: True,
        }
