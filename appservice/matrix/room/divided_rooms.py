"""Handling what a sync brings room by room, so that no room holds up the others."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.errors import TemporaryError

PATIENCE_SECONDS = 600.0
"""So long a room is tried again with each sync; its token does not move on meanwhile."""

log = logging.getLogger(__name__)


Record = Callable[[str, str, Exception], Awaitable[None]]
"""Keeps for good that an item could not be handled, by its door and its name. Raises TemporaryError if it cannot."""


class Handle(Protocol):
    async def __call__(self, *, whole: bool) -> None: ...


async def only_log(door: str, item: str, error: Exception) -> None:
    log.error("an item could not be handled", extra={"door": door, "item": item}, exc_info=error)


class DividedRooms:
    def __init__(self, door: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._door = door
        self._clock = clock
        self._failing_since: dict[str, float] = {}

    async def take(self, room: str, handle: Handle, record: Record) -> TemporaryError | None:
        """Call `handle(whole=True)`; if that fails for good, record it and call `handle(whole=False)`, which does less.

        What time will mend is returned: the sync is to be repeated when the other rooms are done.
        """
        try:
            await handle(whole=True)
        except TemporaryError as error:
            since = self._failing_since.setdefault(room, self._clock())
            if self._clock() - since < PATIENCE_SECONDS:
                return error
            await self._give_up(room, handle, record, error)
        except Exception as error:  # noqa: BLE001 - other homeservers may bring anything into their rooms
            await self._give_up(room, handle, record, error)
        self._failing_since.pop(room, None)
        return None

    async def _give_up(
        self,
        room: str,
        handle: Handle,
        record: Record,
        error: Exception,
    ) -> None:
        await record(self._door, room, error)
        try:
            await handle(whole=False)
        except TemporaryError:
            raise
        except Exception as further:  # noqa: BLE001 - as above
            await record(self._door, room, further)
