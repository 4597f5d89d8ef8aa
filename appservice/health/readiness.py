"""Whether all that the program works with is there."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from appservice.db.store import SqlStore
from appservice.matrix.homeserver_connection import HomeserverConnection
from bot.errors import PpvError
from bot.ports import Clock

_PATIENCE = 5.0
_STUCK = timedelta(minutes=10)


class Connections(Protocol):
    @property
    def trouble(self) -> str | None: ...


class Readiness:
    """The parts by name, each with the reason why it is not ready, or None."""

    def __init__(
        self,
        store: SqlStore,
        arrival: HomeserverConnection,
        senses: Connections,
        loops: Connections,
        clock: Clock,
    ) -> None:
        self._loops = loops
        self._store = store
        self._arrival = arrival
        self._senses = senses
        self._clock = clock

    async def __call__(self) -> Mapping[str, str | None]:
        """Never raises."""
        database, jobs = await self._records()
        return {
            "database": database,
            "homeserver": self._arrival.trouble,
            "encryption": self._senses.trouble,
            "jobs": jobs,
            "loops": self._loops.trouble,
        }

    async def _records(self) -> tuple[str | None, str | None]:
        try:
            async with asyncio.timeout(_PATIENCE):
                due = await self._store.queue.next_due()
        except TimeoutError:
            return f"no answer within {_PATIENCE:.0f} seconds", None
        except PpvError as error:
            return str(error), None
        if due is not None and self._clock.now() - due > _STUCK:
            return None, f"jobs wait that should have run {_STUCK.seconds // 60} minutes ago"
        return None, None
