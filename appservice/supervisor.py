"""Run the background loops of the program: restart one that fails, and report it to `/ready`."""

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
    """Runs each loop until it returns or its task is cancelled. Calls `count` with the name of each loop that fails."""

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
    def error(self) -> str | None:
        """The loops that failed lately, each with the class of its error, or None."""
        failed = [f"{name} ({error})" for name, error in sorted(self._failed.items())]
        return f"restarted after a failure: {', '.join(failed)}" if failed else None

    def stop(self) -> None:
        """Restart no loop any more. Running ones continue until they return or are cancelled."""
        self._stopping.set()

    async def run(self, name: str, loop: Loop) -> None:
        """Run the loop, and again after any exception: after a second, then twice as long each time, up to a minute.

        A loop has recovered once it has run for as long as it last paused.
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
                # A task that the loop awaited was cancelled, not the loop: that is an error.
                self._on_failure(name, error)
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException as error:  # noqa: BLE001 - Rust panics do not inherit from Exception
                self._on_failure(name, error)
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

    def _on_failure(self, name: str, error: BaseException) -> None:
        self._failed[name] = type(error).__name__
        self._count(name)
        log.error("background loop failed, will restart", extra={"loop": name}, exc_info=error)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
