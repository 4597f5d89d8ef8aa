"""The HTTP server: applications, listeners, and an access log that keeps secrets out."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from appservice.web.faults import Face, answering_errors

_logger = logging.getLogger(__name__)

_SHUTDOWN_SECONDS = 10.0

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
    app.add_routes(
        web.RouteDef(route.method, prefix + route.path, route.handler, route.kwargs)
        for route in routes
    )
    return app


@asynccontextmanager
async def listen(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve until the block ends; gives the port, which the system chooses if `port` is 0.

    Raises OSError when the address cannot be had. At the end, requests under way have ten seconds.
    """
    runner = web.AppRunner(
        app,
        handle_signals=False,
        access_log=_logger,
        access_log_class=AccessLog,
        shutdown_timeout=_SHUTDOWN_SECONDS,
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


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
