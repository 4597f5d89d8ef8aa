"""Set up the bot on the homeserver and ping it, for as long as the program runs."""

import asyncio
import logging
from typing import Protocol

from bot.errors import PpvError

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0
_PING_SECONDS = 60.0

log = logging.getLogger(__name__)


class Identity(Protocol):
    """The bot's account on the homeserver."""

    async def establish(self) -> None: ...

    async def ping(self, transaction: str) -> int | None: ...


class HomeserverConnection:
    """`connected` is set once the bot is set up and both sides have reached each other."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self.connected = asyncio.Event()
        self.error: str | None = "not connected yet"
        """Why it is not ready, for the operator; None if it is."""

    async def run(self) -> None:
        """Set up the bot, then ping every minute, until cancelled."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                if not self.connected.is_set():
                    await self._identity.establish()
                await self._identity.ping("ppv")
            except PpvError as error:
                self._on_error(str(error), pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            else:
                self._on_success()
                pause = _FIRST_PAUSE_SECONDS
                await asyncio.sleep(_PING_SECONDS)

    def _on_success(self) -> None:
        if self.error is not None:
            log.info("connected to the homeserver")
        self.error = None
        self.connected.set()

    def _on_error(self, reason: str, pause: float) -> None:
        if self.error != reason:
            log.warning(
                "waiting for the homeserver", extra={"reason": reason, "next_try_seconds": pause}
            )
        self.error = reason
