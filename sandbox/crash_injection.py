"""matrix-ppv that dies by SIGKILL the first time it comes to each place where that matters.

`python -m sandbox.crash_injection --config FILE`: as `matrix-ppv run`. It dies only while the file `deaths` lies beside
the configuration, after it has written the place there: so it dies once at each.
"""

import argparse
import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

from appservice import app
from appservice.adapters import Adapters, open_adapters
from appservice.cli.configuration import load_settings
from appservice.clock import SystemClock

DEATHS = "deaths"
_EFFECTS = {
    "rooms": {"send", "confide", "edit", "edit_confided", "react", "pin", "redact"},
    "doors": {"join", "leave", "open_direct", "invite", "bring_up_to_date"},
    "media": {"reserve", "upload", "purge"},
    "processor": {"create_checkout", "expire", "refund"},
}

_job: ContextVar[str] = ContextVar("job", default="web")


@dataclass(frozen=True, slots=True)
class Fate:
    """Where it has died already."""

    file: Path

    def meet(self, place: str) -> None:
        """The end, if it was never met here."""
        place = f"{_job.get()}: {place}"
        if not self.file.exists() or place in self.file.read_text().splitlines():
            return
        with self.file.open("a") as file:
            file.write(f"{place}\n")
            file.flush()
            os.fsync(file.fileno())
        os.kill(os.getpid(), signal.SIGKILL)


class MortalPort:
    """A port of the world; the end waits before and after each of its effects."""

    def __init__(self, name: str, port: Any, fate: Fate) -> None:
        self._name, self._port, self._fate = name, port, fate
        if unknown := _EFFECTS[name] - set(dir(port)):
            raise LookupError(f"{name} has no {', '.join(sorted(unknown))}")

    def __getattr__(self, method: str) -> Any:
        real = getattr(self._port, method)
        return partial(self._call, method, real) if method in _EFFECTS[self._name] else real

    async def _call(self, method: str, real: Any, *args: Any, **more: Any) -> Any:
        about = {type(each).__name__ for each in args} - {"str"}
        place = f"{self._name}.{method} {' '.join(sorted(about))}"
        self._fate.meet(f"before {place}")
        answer = await real(*args, **more)
        self._fate.meet(f"after {place}")
        return answer


class MortalQueue:
    """The job queue; it knows what each hand is busy with."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)

    async def claim(self, now: Any, **more: Any) -> Any:
        claimed = await self._queue.claim(now, **more)
        if claimed is not None:
            _job.set(claimed.kind)
        return claimed


class MortalStore:
    """The store; the end waits after each commit that wrote something."""

    def __init__(self, store: Any, fate: Fate) -> None:
        self._store, self._fate = store, fate
        self.queue = MortalQueue(store.queue)
        self.sync_token = store.sync_token
        self.changes = store.changes

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        async with self._store.begin() as uow:
            yield uow
        self._fate.meet("after a commit")


@asynccontextmanager
async def open_mortal_world(
    settings: Any, clock: SystemClock, *, fate: Fate
) -> AsyncIterator[Adapters]:
    async with open_adapters(settings, clock) as world:
        store: Any = MortalStore(world.store, fate)
        mortal: dict[str, Any] = {
            each.name: MortalPort(each.name, getattr(world.ports, each.name), fate)
            for each in fields(world.ports)
            if each.name in _EFFECTS
        }
        yield replace(world, store=store, ports=replace(world.ports, store=store, **mortal))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--config", type=Path, required=True)
    file: Path = arguments.parse_args().config
    fate = Fate(file.parent / DEATHS)
    asyncio.run(app.run(load_settings(file), partial(open_mortal_world, fate=fate)))


if __name__ == "__main__":
    main()
