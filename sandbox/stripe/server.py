"""The emulator's one listener, on 127.0.0.1 only."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import web

from sandbox.stripe.api import Api
from sandbox.stripe.page import CheckoutPage

GRACE = 0.1
"""Seconds that requests under way get when the emulator ends; a hanging one never ends itself."""


def listen(port: int) -> socket.socket:
    """A bound socket, so that the address is known before anything is served. 0: any free port."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


@asynccontextmanager
async def serve(listener: socket.socket, api: Api, page: CheckoutPage) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_get("/favicon.ico", _no_icon)
    app.router.add_get("/c/style.css", page.style)
    app.router.add_get("/c/pay/{session}", page.show)
    app.router.add_post("/c/pay/{session}", page.act)
    app.router.add_route("*", "/{address:.*}", api.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()


async def _no_icon(_request: web.Request) -> web.Response:
    """Browsers ask for one unasked; that is no request to the API."""
    return web.Response(status=HTTPStatus.NO_CONTENT)
