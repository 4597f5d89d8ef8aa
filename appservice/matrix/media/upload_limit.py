"""How large a file the homeserver takes: asked at each upload, and remembered for a while for those who only look.

https://spec.matrix.org/v1.17/client-server-api/#get_matrixclientv1mediaconfig
"""

import asyncio
import logging
import time
from http import HTTPStatus

from appservice.matrix.client import ActAs, MatrixClient
from appservice.matrix.json_fields import count
from appservice.matrix.responses import MatrixRejected, NoMatrixAnswer
from bot.errors import PpvError

_PATHS = ("/_matrix/client/v1/media/config", "/_matrix/media/v3/config")
"""Homeservers before Matrix 1.11 know only the second one."""
_UNKNOWN_PATH = frozenset({"M_UNRECOGNIZED", "M_NOT_FOUND"})
_REMEMBERED_SECONDS = 30.0
_ANSWERED_SECONDS = 5.0
_REFUSAL_REMEMBERED_SECONDS = 3600.0
_LASTING_SECONDS = 300.0

_LOG = logging.getLogger(__name__)


class Lasting:
    """Tells what goes on for minutes from a single odd answer."""

    def __init__(self) -> None:
        self._since: float | None = None

    def lasts(self) -> bool:
        """Note that it is so now, and return whether it has been so for five minutes."""
        now = time.monotonic()
        self._since = now if self._since is None else self._since
        return now - self._since >= _LASTING_SECONDS

    def ended(self) -> None:
        self._since = None


class UploadLimit:
    """In bytes; None where none is named."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._named: int | None = None
        self._asked_at = float("-inf")
        self._least_refused: int | None = None
        self._refusing = Lasting()
        self._refused: int | None = None
        self._refused_at = float("-inf")

    async def ask(self) -> int | None:
        """Raises what MatrixClient.call raises."""
        for path in _PATHS:
            try:
                settings = await self._client.call("GET", path, acting=ActAs.USER)
            except MatrixRejected as rejected:
                if rejected.code not in _UNKNOWN_PATH:
                    raise
                continue
            except NoMatrixAnswer as answer:
                if answer.status != HTTPStatus.NOT_FOUND:
                    raise
                continue
            self._learn(count(settings, "m.upload.size"))
            break
        return self._limit()

    async def recent(self) -> int | None:
        """As it was at most half a minute ago, or when it could be asked last. Never raises, and never waits long."""
        if time.monotonic() - self._asked_at > _REMEMBERED_SECONDS:
            try:
                async with asyncio.timeout(_ANSWERED_SECONDS):
                    await self.ask()
            except (PpvError, TimeoutError) as error:
                _LOG.info("the homeserver's limit for files is not known: %s", error)
        return self._limit()

    def refused(self, size: int) -> bool:
        """Note that a proxy has refused a file, and return whether that counts: a single answer may be an odd one.

        Once it counts, files of this size are not tried again for an hour.
        """
        self._least_refused = min(size, self._least_refused or size)
        if not self._refusing.lasts():
            return False
        self._refused = self._least_refused
        self._refused_at = time.monotonic()
        _LOG.warning("a file of %s bytes was refused, within the homeserver's limit", size)
        return True

    def taken(self, size: int) -> None:
        """Note that a file went through."""
        if self._least_refused is not None and size >= self._least_refused:
            self._least_refused = None
            self._refusing.ended()

    def _limit(self) -> int | None:
        if time.monotonic() - self._refused_at > _REFUSAL_REMEMBERED_SECONDS:
            self._refused = None
        known = [self._named, None if self._refused is None else self._refused - 1]
        return min((each for each in known if each is not None), default=None)

    def _learn(self, limit: int | None) -> None:
        self._asked_at = time.monotonic()
        if limit != self._named:
            _LOG.info("the homeserver takes files of at most %s bytes", limit)
        self._named = limit
