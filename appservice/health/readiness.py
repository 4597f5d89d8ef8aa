"""Readiness of the components that the program depends on, for `/ready`."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

from appservice.db.store import SqlStore
from appservice.matrix.homeserver_connection import HomeserverConnection
from bot.errors import PpvError
from bot.ports import Clock

_TIMEOUT_SECONDS = 5.0
_STUCK = timedelta(minutes=10)


class Component(Protocol):
    @property
    def error(self) -> str | None: ...


class Readiness:
    """Returns the components by name, each with the reason why it is not ready, or None."""

    def __init__(
        self,
        store: SqlStore,
        connection: HomeserverConnection,
        connectivity: Component,
        loops: Component,
        clock: Clock,
    ) -> None:
        self._loops = loops
        self._store = store
        self._connection = connection
        self._connectivity = connectivity
        self._clock = clock

    async def __call__(self) -> Mapping[str, str | None]:
        """Return the reasons. Never raise."""
        database, jobs = await self._database_and_jobs()
        return {
            "database": database,
            "homeserver": self._connection.error,
            "encryption": self._connectivity.error,
            "jobs": jobs,
            "loops": self._loops.error,
        }

    async def _database_and_jobs(self) -> tuple[str | None, str | None]:
        try:
            async with asyncio.timeout(_TIMEOUT_SECONDS):
                due = await self._store.queue.next_due()
        except TimeoutError:
            return f"no answer within {_TIMEOUT_SECONDS:.0f} seconds", None
        except PpvError as error:
            return str(error), None
        if due is not None and self._clock.now() - due > _STUCK:
            return None, f"jobs wait that should have run {_STUCK.seconds // 60} minutes ago"
        return None, None
