"""The connections of one listener: how many there may be, and how long a request's head may take.

aiohttp waits an hour for the head of a request and takes connections without number, so that some
hundred half-sent requests would use up the descriptors of the whole process.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError

from appservice.web.rate_limit import visitor_of

_LOG = logging.getLogger(__name__)

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    most: int = 64
    most_per_address: int = 64
    """Connections from our own network, e.g. of a reverse proxy, are not counted by address."""
    head_seconds: float = 15.0
    """For the head of a request, counted from its first byte or from the connection's beginning."""
    idle_seconds: float = 150.0
    """Between two requests. Longer than reverse proxies keep connections (Caddy: 120), because one that
    sends a request while we close would have to answer 502."""


class Connections:
    """All connections of a listener, whatever application answers them.

    A newcomer for whom there is no room takes the place of the connection that has been waiting for
    its request for longest. So half-sent requests, however many, cannot shut out a whole one.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._open: dict[Connection, str | None] = {}
        self._waiting: dict[Connection, None] = {}
        """Those that we wait for, the longest first."""
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    def make_room(self, peer: str) -> bool:
        """Return whether one more may come, after closing one that waits if need be."""
        address = visitor_of(peer, ())
        if address and self._by_address[address] >= self._limits.most_per_address:
            theirs = (each for each in self._waiting if self._open[each] == address)
            if not self._drop(next(theirs, None)):
                return False
        return len(self._open) < self._limits.most or self.drop_longest_waiting()

    def drop_longest_waiting(self) -> bool:
        return self._drop(next(iter(self._waiting), None))

    def protocol(self, server: web.Server, **options: Any) -> "Connection":
        """Return what speaks HTTP on one connection that has been accepted."""
        return Connection(self, server, **options)

    def add(self, connection: "Connection", peer: str) -> None:
        address = self._open[connection] = visitor_of(peer, ())
        if address:
            self._by_address[address] += 1
        self.await_head(connection)

    def remove(self, connection: "Connection") -> None:
        """Forget one that is closed; harmless a second time."""
        self.found(connection)
        address = self._open.pop(connection, None)
        if address:
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]

    def await_head(self, connection: "Connection") -> None:
        """Its next request has begun to come."""
        self._await(connection, self._limits.head_seconds)

    def await_request(self, connection: "Connection") -> None:
        """It may send another one."""
        self._await(connection, self._limits.idle_seconds)

    def found(self, connection: "Connection") -> None:
        """Nothing is awaited of it."""
        self._waiting.pop(connection, None)
        if connection.patience is not None:
            connection.patience.cancel()
            connection.patience = None

    @contextmanager
    def awaiting_body(self, connection: "Connection") -> Iterator[None]:
        """It may give way to others meanwhile; whoever reads the body sees to the time."""
        self._waiting[connection] = None
        try:
            yield
        finally:
            self._waiting.pop(connection, None)

    def _await(self, connection: "Connection", seconds: float) -> None:
        self.found(connection)
        if connection not in self._open:
            return
        self._waiting[connection] = None
        connection.patience = asyncio.get_running_loop().call_later(seconds, self._drop, connection)

    def _drop(self, connection: "Connection | None") -> bool:
        if connection is None:
            return False
        self.remove(connection)
        connection.abort()
        return True


class Connection(web.RequestHandler):
    """One connection, which tells when it waits for a request, and when it is gone."""

    __slots__ = ("_silent", "connections", "patience")

    def __init__(self, connections: Connections, server: web.Server, **options: Any) -> None:
        super().__init__(server, loop=asyncio.get_running_loop(), **options)
        self.connections = connections
        self.patience: asyncio.TimerHandle | None = None
        """Runs out when what is awaited does not come."""
        self._silent = False
        """A request is answered, and nothing has come since."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.connections.add(self, str((transport.get_extra_info("peername") or ("",))[0]))

    def data_received(self, data: bytes) -> None:
        if self._silent:
            self._silent = False
            self.connections.await_head(self)
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.connections.remove(self)
        super().connection_lost(exc)

    def abort(self) -> None:
        """Close at once, without sending what the other side does not take."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def log_exception(self, *args: Any, **options: Any) -> None:
        """Without a traceback for what is no HTTP, because strangers can send that all day."""
        if isinstance(options.get("exc_info"), HttpProcessingError):
            _LOG.info("a request was no HTTP: %s", type(options["exc_info"]).__name__)
        else:
            super().log_exception(*args, **options)

    async def answer(self, request: web.BaseRequest, handler: Answer) -> web.StreamResponse:
        """Nothing is awaited of the other side while a handler is at work."""
        self.connections.found(self)
        try:
            return await handler(request)
        finally:
            self._silent = True
            self.connections.await_request(self)


def answering(handler: Answer) -> Answer:
    """The same handler, for servers whose connections are counted."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        connection = request.protocol
        if isinstance(connection, Connection):
            return await connection.answer(request, handler)
        return await handler(request)

    return answer


@contextmanager
def awaiting_body(request: web.BaseRequest) -> Iterator[None]:
    """While a body is read, its connection may give way to others, as one that waits for a head may."""
    connection = request.protocol
    if not isinstance(connection, Connection):
        yield
        return
    with connection.connections.awaiting_body(connection):
        yield
