"""Watching over what does not mend itself: the admins are told once it has lasted."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

from bot.errors import PpvError
from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Store

_LOOK_EVERY = 60.0
_LASTING = 5
"""Looks in a row that find the same trouble."""

log = logging.getLogger(__name__)

Look = Callable[[], Awaitable[Mapping[str, str | None]]]
"""What we depend on by name, each with the reason why it is not ready, or None."""


class HealthAlerter:
    """Tells of each trouble once a day."""

    def __init__(self, look: Look, store: Store, clock: Clock) -> None:
        self._look = look
        self._store = store
        self._clock = clock
        self._seen: Counter[tuple[str, str]] = Counter()

    async def keep(self) -> None:
        """Runs until it is cancelled."""
        while True:
            await self.once()
            await asyncio.sleep(_LOOK_EVERY)

    async def once(self) -> None:
        now = {(name, why) for name, why in (await self._look()).items() if why}
        self._seen = Counter({trouble: self._seen[trouble] + 1 for trouble in now})
        for name, why in sorted(now):
            if self._seen[name, why] == _LASTING:
                try:
                    await self._tell(name, why)
                except PpvError as error:  # The trouble may be that nothing can be written down.
                    log.warning("admins are not told", extra={"of": name, "error": str(error)})

    async def _tell(self, name: str, why: str) -> None:
        today = self._clock.now().date()
        async with self._store.begin() as uow:
            await uow.jobs.add(
                AlertAdmins(f"trouble:{today}:{name}:{why}", why), queueing_lock=True
            )
