"""Taking over a changed configuration while everything runs: SIGHUP."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from appservice.worker import Worker
from bot.bootstrap import Bot
from config.reloading import reloaded
from config.settings import Settings

log = logging.getLogger(__name__)


class Reload:
    """Jobs and requests under way end by the old rules; what comes next goes by the new ones."""

    def __init__(
        self,
        settings: Settings,
        read_again: Callable[[], Settings | None],
        serve: Callable[[Settings], Awaitable[Bot]],
        worker: Worker,
    ) -> None:
        self._settings = settings
        self._read_again = read_again
        self._serve = serve
        self._worker = worker

    async def on(self, hangup: asyncio.Event) -> None:
        """Each time that it is set; runs until it is cancelled."""
        while True:
            await hangup.wait()
            hangup.clear()
            await self.once()

    async def once(self) -> None:
        changed = self._read_again()
        if changed is None:
            return
        self._settings, waiting = reloaded(self._settings, changed)
        bot = await self._serve(self._settings)
        self._worker.use(bot.handlers)
        log.info("the configuration is read again")
        if waiting:
            log.warning("changed, but waiting for a restart", extra={"sections": waiting})
