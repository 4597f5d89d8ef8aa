"""Handle a sync room by room, so that an error in one room does not delay the others."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.errors import TemporaryError

RETRY_SECONDS = 600.0
"""How long a failing room is retried with each sync, during which the token is not advanced."""

log = logging.getLogger(__name__)


Record = Callable[[str, str, Exception], Awaitable[None]]
"""Store that an item could not be handled: its source, name and error. Raises TemporaryError if that fails."""


class Handle(Protocol):
    async def __call__(self, *, whole: bool) -> None: ...


async def only_log(door: str, item: str, error: Exception) -> None:
    log.error("item not handled", extra={"source": door, "item": item}, exc_info=error)


class DividedRooms:
    def __init__(self, door: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._door = door
        self._clock = clock
        self._failing_since: dict[str, float] = {}

    async def take(self, room: str, handle: Handle, record: Record) -> TemporaryError | None:
        """Call `handle(whole=True)`; if that fails for good, record it and call `handle(whole=False)`, which does less.

        Return a TemporaryError, so that the sync is repeated once the other rooms are handled.
        """
        try:
            await handle(whole=True)
        except TemporaryError as error:
            since = self._failing_since.setdefault(room, self._clock())
            if self._clock() - since < RETRY_SECONDS:
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
