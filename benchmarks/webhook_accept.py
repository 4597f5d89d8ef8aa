"""How long a webhook takes to be durable, beside a bare route that verifies and inserts."""

import asyncio
from pathlib import Path
from statistics import median

import aiohttp

from benchmarks.figure import Figure, at_most
from benchmarks.webhook_routes import Signed, bare, ours

_ROUNDS = 400


def measure(folder: Path) -> list[Figure]:
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    async with (
        aiohttp.ClientSession() as session,
        ours(folder / "ours.db") as our_port,
        bare(folder / "bare.db") as bare_port,
    ):

        async def pair() -> tuple[float, float]:
            return await Signed().send(session, our_port), await Signed().send(session, bare_port)

        for _ in range(20):
            await pair()
        pairs = [await pair() for _ in range(_ROUNDS)]
    our_time, bare_time = (median(times) for times in zip(*pairs, strict=True))
    return [at_most("webhook accepted, of a bare route's time", our_time / bare_time, 3, " times")]
