"""Coming onto the homeserver, and seeing that it still hears us: it may be down for as long as it likes."""

import asyncio
import logging
from typing import Protocol

from bot.errors import PpvError

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_LOOK_EVERY = 60.0

log = logging.getLogger(__name__)


class Identity(Protocol):
    """Who the bot is on the homeserver."""

    async def establish(self) -> None: ...

    async def ping(self, transaction: str) -> int | None: ...


class HomeserverConnection:
    """`here` is set while the bot exists on the homeserver, and the two reach each other."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self.here = asyncio.Event()
        self.trouble: str | None = "not there yet"
        """Why it is not ready, for the operator."""

    async def keep(self) -> None:
        """Arrive, then look from time to time; runs until it is cancelled."""
        pause = _FIRST_PAUSE
        while True:
            try:
                if not self.here.is_set():
                    await self._identity.establish()
                await self._identity.ping("ppv")
            except PpvError as error:
                self._lost(str(error), pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
            else:
                self._found()
                pause = _FIRST_PAUSE
                await asyncio.sleep(_LOOK_EVERY)

    def _found(self) -> None:
        if self.trouble is not None:
            log.info("connected to the homeserver")
        self.trouble = None
        self.here.set()

    def _lost(self, why: str, pause: float) -> None:
        if self.trouble != why:
            log.warning(
                "waiting for the homeserver", extra={"reason": why, "next_try_seconds": pause}
            )
        self.trouble = why
