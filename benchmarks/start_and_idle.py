"""How long `matrix-ppv run` takes to be ready, and how much memory it holds when nothing happens."""

import asyncio
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.figure import Figure, at_most
from sandbox.environment import open_environment

_ROUNDS = 5
_SETTLE_SECONDS = 5.0
_MIB = 1024 * 1024


def measure(folder: Path) -> list[Figure]:
    with _without_postgres(folder / "absent"):
        return asyncio.run(_measure(folder / "town"))


async def _measure(folder: Path) -> list[Figure]:
    """On a real homeserver, so the time holds a dozen of its answers too."""
    async with open_environment(folder, sellers=()) as town:
        starts = []
        for _ in range(_ROUNDS):
            await town.product.stop()
            begun = time.perf_counter()
            await town.product.restart()
            starts.append(time.perf_counter() - begun)
        await asyncio.sleep(_SETTLE_SECONDS)
        memory = _resident(town.product.pid) / _MIB
    return [
        at_most("start to ready", median(starts), 2, " s"),
        at_most("idle memory", memory, 100, " MiB"),
    ]


@contextmanager
def _without_postgres(folder: Path) -> Iterator[None]:
    """As it is installed for SQLite: what is there is loaded by the library under nio, used or not."""
    folder.mkdir()
    (folder / "psycopg.py").write_text("raise ImportError")
    os.environ["PYTHONPATH"] = str(folder)
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()
