"""Alert admins to problems that persist."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from bot.errors import PpvError
from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Store

_INTERVAL_SECONDS = 60.0
_CHECKS_BEFORE_ALERT = 5
"""Consecutive checks that must find the same problem."""

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[Mapping[str, str | None]]]
"""Return components by name, each with the reason why it is not ready, or None."""


class HealthAlerter:
    """Alert admins to each problem at most once a day."""

    def __init__(self, check: Check, store: Store, clock: Clock) -> None:
        self._check = check
        self._store = store
        self._clock = clock
        self._seen: Counter[tuple[str, str]] = Counter()

    async def run(self) -> None:
        """Check every minute until cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(_INTERVAL_SECONDS)

    async def once(self) -> None:
        now = {(name, why) for name, why in (await self._check()).items() if why}
        self._seen = Counter({problem: self._seen[problem] + 1 for problem in now})
        for name, why in sorted(now):
            if self._seen[name, why] == _CHECKS_BEFORE_ALERT:
                try:
                    await self._alert(name, why)
                except PpvError as error:  # The problem may be that the database is unavailable.
                    log.warning("alert not sent", extra={"component": name, "error": str(error)})

    async def _alert(self, name: str, why: str) -> None:
        today = self._clock.now().date()
        async with self._store.begin() as uow:
            await uow.jobs.add(
                AlertAdmins(f"trouble:{today}:{name}:{why}", why), queueing_lock=True
            )
