"""Handle one event that was stored by ReceiveTransaction or DecryptEvents."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.matrix.matrix_event import Event
from bot.jobs.inbound_jobs import HandleEvent
from bot.services.inbound.gate_restore import RestoreIntercepted

ParseEvent = Callable[[Mapping[str, Any]], Event | None]
"""Return the parsed event, or None if the bot does not handle its type."""


@dataclass(frozen=True, slots=True)
class EventHandler:
    restore_intercepted: RestoreIntercepted
    parse: ParseEvent
    dispatch: Callable[[Event], Awaitable[None]]

    async def __call__(self, job: HandleEvent) -> None:
        raw = await self.restore_intercepted(job.event)
        event = self.parse(raw) if raw is not None else None
        if event is not None:
            await self.dispatch(event)
        await self.restore_intercepted.handled(job.event)
