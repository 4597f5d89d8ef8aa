"""Reload the configuration at SIGHUP without a restart."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from appservice.worker import Worker
from bot.bootstrap import Bot
from config.reloading import reloaded
from config.settings import Settings

log = logging.getLogger(__name__)


class Reload:
    """Running jobs and requests finish with the old settings; later ones use the new settings."""

    def __init__(
        self,
        settings: Settings,
        reload_settings: Callable[[], Settings | None],
        serve: Callable[[Settings], Awaitable[Bot]],
        worker: Worker,
    ) -> None:
        self._settings = settings
        self._reload_settings = reload_settings
        self._serve = serve
        self._worker = worker

    async def run(self, hangup: asyncio.Event) -> None:
        """Reload each time that `hangup` is set, until cancelled."""
        while True:
            await hangup.wait()
            hangup.clear()
            await self.once()

    async def once(self) -> None:
        changed = self._reload_settings()
        if changed is None:
            return
        self._settings, needs_restart = reloaded(self._settings, changed)
        bot = await self._serve(self._settings)
        self._worker.use(bot.handlers)
        log.info("configuration reloaded")
        if needs_restart:
            log.warning(
                "settings that need a restart have changed", extra={"sections": needs_restart}
            )
