"""Homeservers that differ from the real one behind them: older ones, and ones behind a meddling proxy."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

Answer = Callable[[web.Request], Awaitable[web.StreamResponse | None]]
"""What is answered in place of the homeserver; None to pass the request on."""

_UNRECOGNIZED = {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}


def unrecognized() -> web.Response:
    return web.json_response(_UNRECOGNIZED, status=404)


@asynccontextmanager
async def proxied(
    homeserver: str,
    answer: Answer,
    *,
    changed: Callable[[web.StreamResponse], None] = lambda _: None,
) -> AsyncIterator[str]:
    """The address of a proxy. `changed` may alter the headers of every answer."""
    async with aiohttp.ClientSession() as session:

        async def pass_on(request: web.Request) -> web.StreamResponse:
            if (own := await answer(request)) is not None:
                return own
            headers = {
                name: request.headers[name]
                for name in ("Authorization", "Content-Type")
                if name in request.headers
            }
            async with session.request(
                request.method,
                f"{homeserver}{request.rel_url}",
                data=await request.read(),
                headers=headers,
            ) as response:
                return web.Response(
                    body=await response.read(),
                    status=response.status,
                    content_type=response.content_type,
                )

        async def prepare(_: web.Request, response: web.StreamResponse) -> None:
            changed(response)

        application = web.Application(client_max_size=1 << 26)
        application.on_response_prepare.append(prepare)
        application.router.add_route("*", "/{path:.*}", pass_on)
        async with TestServer(application, host="127.0.0.1") as server:
            yield f"http://127.0.0.1:{server.port}"


@asynccontextmanager
async def older_homeserver(newer: str) -> AsyncIterator[str]:
    """One without device management for application services, and without masquerading as a device."""

    async def answer(request: web.Request) -> web.StreamResponse | None:
        if request.method == "PUT" and "/v3/devices/" in request.path:
            return unrecognized()
        if "device_id" in request.query:
            return web.json_response({"errcode": "M_UNKNOWN", "error": "device_id?"}, status=400)
        return None

    async with proxied(newer, answer) as url:
        yield url
