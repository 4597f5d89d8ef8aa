"""The HTTP server: applications, listeners, and an access log that keeps secrets out."""

import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Self

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from appservice.web.faults import Face, answering_errors

_logger = logging.getLogger(__name__)

_SHUTDOWN_SECONDS = 10.0
_BACKLOG = 128

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
) -> web.Application:
    """What one kind of caller may do.

    `body_limit` is in bytes; more is answered with 413. `prefix` comes before every path.
    """
    app = web.Application(client_max_size=body_limit, middlewares=[answering_errors(face)])
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

    def __init__(self, bound: socket.socket) -> None:
        self._bound = bound
        self._runner: web.AppRunner | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, host: str, port: int) -> AsyncIterator[Self]:
        """Raises OSError when the address cannot be had. At the end, requests under way have ten seconds."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family, backlog=_BACKLOG) as bound:
            listener = cls(bound)
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
        runner = web.AppRunner(
            app,
            handle_signals=False,
            access_log=_logger,
            access_log_class=AccessLog,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        await runner.setup()
        before, self._runner = self._runner, runner
        # A copy is closed with its site; the socket itself goes on listening, and who comes in between waits.
        for site in before.sites if before else ():
            await site.stop()
        await web.SockSite(runner, self._bound.dup(), backlog=_BACKLOG).start()
        if before is not None:
            await before.cleanup()

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


@asynccontextmanager
async def listen(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve until the block ends; gives the port, which the system chooses if `port` is 0. Raises OSError."""
    async with Listener.open(host, port) as listener:
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
