"""How large a file the homeserver takes: asked at each upload, and remembered for a while for those who only look.

https://spec.matrix.org/v1.17/client-server-api/#get_matrixclientv1mediaconfig
"""

import asyncio
import logging
import time
from http import HTTPStatus

from appservice.matrix.answers import MatrixRejected
from appservice.matrix.client import Acting, MatrixClient
from appservice.matrix.fields import count
from bot.errors import PpvError

_PATHS = ("/_matrix/client/v1/media/config", "/_matrix/media/v3/config")
"""Homeservers before Matrix 1.11 know only the second one."""
_UNKNOWN_PATH = frozenset({"M_UNRECOGNIZED", "M_NOT_FOUND"})
_REMEMBERED_SECONDS = 30.0
_ANSWERED_SECONDS = 5.0
_REFUSAL_REMEMBERED_SECONDS = 3600.0

_LOG = logging.getLogger(__name__)


class UploadLimit:
    """In bytes; None where none is named."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._named: int | None = None
        self._asked_at = float("-inf")
        self._refused: int | None = None
        self._refused_at = float("-inf")

    async def ask(self) -> int | None:
        """Raises what MatrixClient.call raises."""
        for path in _PATHS:
            try:
                settings = await self._client.call("GET", path, acting=Acting.USER)
            except MatrixRejected as rejected:
                unknown = rejected.code in _UNKNOWN_PATH or rejected.status == HTTPStatus.NOT_FOUND
                if not unknown:
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

    def refused(self, size: int) -> None:
        """A proxy takes less than the homeserver: so large a file is not tried again for an hour."""
        self._refused = min(size, self._refused or size)
        self._refused_at = time.monotonic()
        _LOG.warning("a file of %s bytes was refused, within the homeserver's limit", size)

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
