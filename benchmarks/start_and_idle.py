"""How long `matrix-ppv run` takes to be ready, and how much memory it holds when nothing happens."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from aiohttp import web

from appservice.web.server import listen
from benchmarks.figure import Figure, at_most
from sandbox.product import Configuration, Product

_ROUNDS = 5
_SETTLE_SECONDS = 3.0
_MIB = 1024 * 1024


def measure(folder: Path) -> list[Figure]:
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    async with _prompt_homeserver() as port:
        configuration = Configuration(
            folder=folder / "idle",
            domain="ppv.localhost",
            homeserver=f"http://127.0.0.1:{port}",
            stripe="http://127.0.0.1:9",
            sellers=(),
        )
        configuration.write()
        starts = []
        for _ in range(_ROUNDS):
            begun = time.perf_counter()
            async with Product.start(configuration) as product:
                starts.append(time.perf_counter() - begun)
                await asyncio.sleep(_SETTLE_SECONDS if len(starts) == _ROUNDS else 0)
                memory = _resident(product.pid) / _MIB
    return [
        at_most("start to ready", median(starts), 2, " s"),
        at_most("idle memory", memory, 100, " MiB"),
    ]


@asynccontextmanager
async def _prompt_homeserver() -> AsyncIterator[int]:
    """Says yes to everything at once, so that only our own time is measured."""

    async def yes(_: web.Request) -> web.Response:
        return web.json_response({"content_uri": "mxc://ppv.localhost/picture", "duration_ms": 0})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", yes)
    async with listen(app, "127.0.0.1", 0) as port:
        yield port


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096
