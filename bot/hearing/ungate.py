"""What a gate took out: taken in durably, and put in the place of the words that stand for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.concerns import GATE_KEY
from bot.handover import Handover
from bot.ports import Store

GATED = "gated"
"""Marks a raw event whose content came by a handover."""

_WAITED_FOR = timedelta(hours=1)
"""The words come within seconds, or, for a sender who may not speak, never."""


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

    async def __call__(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """The event with what was handed over in it; any other as it is, without a mark of its own."""
        clean = {key: value for key, value in event.items() if key != GATED}
        content = event.get("content")
        stub = content.get(GATE_KEY) if isinstance(content, Mapping) else None
        name = stub.get("name") if isinstance(stub, Mapping) else None
        if not isinstance(name, str):
            return clean
        async with self.store.begin() as uow:
            handover = await uow.handovers.get(name)
        if handover is None or (handover.room, handover.sender) != (
            event.get("room_id"),
            event.get("sender"),
        ):
            return clean
        return {**clean, "content": handover.content, GATED: True}
