"""A request failed for a reason that only an operator can mend: admins are told, once an hour for each route."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Store


@dataclass(frozen=True, slots=True)
class ReportPageFailure:
    store: Store
    clock: Clock
    _reported: dict[str, datetime] = field(default_factory=dict)

    async def __call__(self, route: str, fault: str) -> None:
        """Raise what the store raises. When this returns, the alert is durable.

        `route` is a pattern such as `POST /m/{offer}`, never an address, which may hold a secret; `fault` is the
        kind of the error, because its words may hold one as well.
        """
        hour = self.clock.now().replace(minute=0, second=0, microsecond=0)
        if self._reported.get(route) == hour:
            return
        words = (
            f"A request failed: {route} ({fault}). The person was told that you know of it. The log says why; look"
            " for the route there, at about this time."
        )
        async with self.store.begin() as uow:
            await uow.jobs.add(
                AlertAdmins(f"page fault:{route}:{hour:%Y-%m-%dT%H}", words), queueing_lock=True
            )
        self._reported[route] = hour
