"""A thousand signed events at once: how fast they are durable, how long the last one waits, and that none is lost."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import aiohttp

from benchmarks.figure import Figure, at_least, at_most
from benchmarks.webhook_routes import Signed, bare, ours

_EVENTS = 1_000
_CONNECTIONS = 100
"""So many does Stripe hold open at a time, at most."""


def measure(folder: Path) -> list[Figure]:
    return asyncio.run(_measure(folder))


async def _measure(folder: Path) -> list[Figure]:
    database = folder / "burst.db"
    async with bare(folder / "bare_burst.db") as port:
        bare_rate, _ = await _burst(port)
    async with ours(database) as port:
        rate, slowest = await _burst(port)
    return [
        Figure(
            "webhooks accepted in a burst of 1,000",
            "at least 500 a second, or 0.5 of a bare route's",
            f"{rate:.0f} a second, {rate / bare_rate:.2f} of it",
            met=rate >= 500 or rate >= bare_rate / 2,
        ),
        at_most("the slowest answer among them", slowest, 1, " s"),
        at_least("how many of them are in the inbox", _kept(database), _EVENTS, ""),
    ]


async def _burst(port: int) -> tuple[float, float]:
    """Events a second, and the longest wait from sending to the answer, in seconds."""
    events = [Signed() for _ in range(_EVENTS)]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        free = asyncio.Semaphore(_CONNECTIONS)

        async def send(event: Signed) -> float:
            async with free:
                return await event.send(session, port)

        start = time.perf_counter()
        waits = await asyncio.gather(*(send(event) for event in events))
        return _EVENTS / (time.perf_counter() - start), max(waits)


def _kept(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        (number,) = connection.execute(
            "SELECT COUNT(*) FROM inbox WHERE source = 'payment'"
        ).fetchone()
    return int(number)
