"""A homeserver without device management for application services, and without masquerading as a device."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from sandbox.processes import free_port

_UNRECOGNIZED = {"errcode": "M_UNRECOGNIZED", "error": "Unrecognized request"}


@asynccontextmanager
async def older_homeserver(newer: str) -> AsyncIterator[str]:
    """The address of a proxy that hides what is new of the homeserver at `newer`."""
    async with aiohttp.ClientSession() as session:

        async def pass_on(request: web.Request) -> web.StreamResponse:
            if request.method == "PUT" and "/v3/devices/" in request.path:
                return web.json_response(_UNRECOGNIZED, status=404)
            if "device_id" in request.query:
                return web.json_response(
                    {"errcode": "M_UNKNOWN", "error": "device_id?"}, status=400
                )
            headers = {
                name: request.headers[name]
                for name in ("Authorization", "Content-Type")
                if name in request.headers
            }
            async with session.request(
                request.method,
                f"{newer}{request.rel_url}",
                data=await request.read(),
                headers=headers,
            ) as response:
                return web.Response(
                    body=await response.read(),
                    status=response.status,
                    content_type=response.content_type,
                )

        application = web.Application(client_max_size=1 << 26)
        application.router.add_route("*", "/{path:.*}", pass_on)
        runner = web.AppRunner(application)
        await runner.setup()
        port = free_port()
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
            yield f"http://127.0.0.1:{port}"
        finally:
            await runner.cleanup()
