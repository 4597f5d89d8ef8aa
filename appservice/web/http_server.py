"""The HTTP server: applications, listeners, and an access log that keeps secrets out."""

import asyncio
import logging
import math
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Self

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger
from aiohttp.typedefs import Middleware

from appservice.web.connections import Connection, ConnectionLimits, Connections, answering
from appservice.web.error_pages import Face, answering_errors

_logger = logging.getLogger(__name__)

_SHUTDOWN_SECONDS = 10.0
_BACKLOG = 1024
_LINGERING_SECONDS = 5.0
"""For the rest of a body that nobody wanted."""
_ACCEPT_AGAIN_SECONDS = 0.2
_TELL_AGAIN_SECONDS = 60.0

PRIVATE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""The headers of every answer, unless a handler says otherwise."""


def application(
    routes: Iterable[web.RouteDef],
    *,
    face: Face,
    body_limit: int,
    headers: Mapping[str, str] = PRIVATE,
    prefix: str = "",
    middlewares: Iterable[Middleware] = (),
) -> web.Application:
    """What one kind of caller may do.

    `body_limit` is in bytes; more is answered with 413. `prefix` comes before every path.
    `middlewares` wrap the one that answers errors.
    """
    app = web.Application(
        client_max_size=body_limit, middlewares=[*middlewares, answering_errors(face)]
    )
    app.on_response_prepare.append(_setting(headers))
    app.add_routes(below(prefix, routes))
    return app


def below(prefix: str, routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """The same, with `prefix` before every path."""
    return [
        web.RouteDef(route.method, prefix + route.path, route.handler, route.kwargs)
        for route in routes
    ]


class Listener:
    """An address that is ours; what answers there may be exchanged, and nobody is turned away meanwhile."""

    def __init__(self, bound: socket.socket, limits: ConnectionLimits) -> None:
        self._bound = bound
        self._connections = Connections(limits)
        self._runner: web.AppRunner | None = None
        self._server: web.Server
        self._accepting: asyncio.Task[None] | None = None
        self._told_at = -math.inf

    @classmethod
    @asynccontextmanager
    async def open(
        cls, host: str, port: int, limits: ConnectionLimits | None = None
    ) -> AsyncIterator[Self]:
        """Raises OSError when the address cannot be had. At the end, requests under way have ten seconds."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, backlog=_BACKLOG) as bound:
            bound.setblocking(False)  # noqa: FBT003 - the standard library's own parameter
            listener = cls(bound, limits or ConnectionLimits())
            try:
                yield listener
            finally:
                await listener.close()

    @property
    def port(self) -> int:
        port: int = self._bound.getsockname()[1]
        return port

    async def serve(self, app: web.Application) -> None:
        """From here on `app` answers. Requests under way have ten seconds with the one before."""
        runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        if runner.server is None:
            raise RuntimeError("aiohttp's runner has no server")
        self._server = runner.server
        self._server.request_handler = answering(self._server.request_handler)
        before, self._runner = self._runner, runner
        if self._accepting is None:
            self._accepting = asyncio.create_task(self._accept())
        if before is not None:
            await before.cleanup()

    async def close(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.gather(self._accepting, return_exceptions=True)
        if self._runner is not None:
            await self._runner.cleanup()

    async def _accept(self) -> None:
        """Take one connection after the other. asyncio's own loop logs 128 errors a second without descriptors."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, (peer, *_) = await loop.sock_accept(self._bound)
            except ConnectionError:
                continue  # It has gone already.
            except OSError as error:
                self._tell(error)
                self._connections.drop_longest_waiting()
                await asyncio.sleep(_ACCEPT_AGAIN_SECONDS)
                continue
            if not self._connections.make_room(peer):
                accepted.close()
                continue
            try:
                await loop.connect_accepted_socket(self._protocol, accepted)
            except OSError:
                accepted.close()

    def _protocol(self) -> asyncio.Protocol:
        return Connection(
            self._connections,
            self._server,
            access_log=_logger,
            access_log_class=AccessLog,
            auto_decompress=False,  # no caller of ours compresses, and bombs do
            lingering_time=_LINGERING_SECONDS,
        )

    def _tell(self, error: OSError) -> None:
        """Once in a while, however often it happens."""
        now = asyncio.get_running_loop().time()
        if now - self._told_at < _TELL_AGAIN_SECONDS:
            return
        self._told_at = now
        _logger.error(
            "connections cannot be accepted: %s",
            error,
            extra={"port": self.port, "open": len(self._connections)},
        )


@asynccontextmanager
async def listen(
    app: web.Application, host: str, port: int, limits: ConnectionLimits | None = None
) -> AsyncIterator[int]:
    """Serve until the block ends; gives the port, which the system chooses if `port` is 0. Raises OSError."""
    async with Listener.open(host, port, limits) as listener:
        await listener.serve(app)
        yield listener.port


class AccessLog(AbstractAccessLogger):
    """One line a request, with the path alone: links carry their secrets in the query."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        self.logger.info(
            "%s %s %d %.1f ms",
            request.method,
            request.rel_url.raw_path,
            response.status,
            time * 1000,
        )


def _setting(
    headers: Mapping[str, str],
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Before the head of an answer goes out: what comes in a stream has sent it long before its handler ends."""

    async def prepare(_: web.Request, response: web.StreamResponse) -> None:
        response.headers["Server"] = "matrix-ppv"
        for name, value in headers.items():
            response.headers.setdefault(name, value)

    return prepare
