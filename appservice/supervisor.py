"""The loops that the program consists of: one that fails is started again, and `/ready` tells of it."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0

log = logging.getLogger(__name__)

Loop = Callable[[], Awaitable[object]]


class Supervisor:
    """Runs each loop until it returns, or until the task that runs it is cancelled.

    `count` is told the name of each loop that fails.
    """

    def __init__(
        self,
        count: Callable[[str], None] = lambda _: None,
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._count = count
        self._jitter = jitter
        self._stopping = asyncio.Event()
        self._failed: dict[str, str] = {}

    @property
    def trouble(self) -> str | None:
        """The loops that failed and have not run for a while since, each with the class of its error."""
        failed = [f"{name} ({error})" for name, error in sorted(self._failed.items())]
        return f"restarted after a failure: {', '.join(failed)}" if failed else None

    def stop(self) -> None:
        """Start no loop again. What runs goes on until it returns or is cancelled."""
        self._stopping.set()

    async def run(self, name: str, loop: Loop) -> None:
        """Whatever the loop raises, it is run again: after a second, then twice as long each time, up to a minute.

        A loop counts as well again once it has run for as long as it last paused; then it begins with a second.
        """
        pause = FIRST_PAUSE_SECONDS
        clock = asyncio.get_running_loop()
        while not self._stopping.is_set():
            began = clock.time()
            recovery = clock.call_later(pause, self._failed.pop, name, None)
            try:
                await loop()
            except asyncio.CancelledError as error:
                if _is_cancelled():
                    raise
                self._fails(
                    name, error
                )  # Something inside was cancelled: for the loop that is an error.
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001 - panics of Rust are no Exceptions
                self._fails(name, error)
            else:
                self._failed.pop(name, None)
                return
            finally:
                recovery.cancel()
            if clock.time() - began > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            await self._pause(pause * (1 + self._jitter()) / 2)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    def _fails(self, name: str, error: BaseException) -> None:
        self._failed[name] = type(error).__name__
        self._count(name)
        log.error("a loop failed and is started again", extra={"loop": name}, exc_info=error)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
