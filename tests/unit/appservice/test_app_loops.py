"""The program as a whole: no loop of it ends it, and it ends when it is told to."""

import asyncio
from types import SimpleNamespace
from typing import Any

from appservice.app import _work
from appservice.supervisor import Supervisor


class Loops:
    """All that runs, each failing in its own way until it has failed three times."""

    def __init__(self) -> None:
        self.runs: dict[str, int] = {}
        self.connected = asyncio.Event()
        self.connected.set()
        self.going = asyncio.Event()

    async def fail(self, name: str, error: BaseException) -> None:
        self.runs[name] = self.runs.get(name, 0) + 1
        if self.runs[name] <= 3:
            raise error
        if len(self.runs) == 5 and all(number > 3 for number in self.runs.values()):
            self.going.set()
        await asyncio.Event().wait()

    def named(self, name: str, error: BaseException) -> Any:
        """Return a fake of a component with `run`, which fails with this error."""

        async def run(*_: Any) -> None:
            await self.fail(name, error)

        return SimpleNamespace(
            run=run,
            connected=self.connected,
            synced=self.connected,
            request=lambda: None,
            stop=lambda: None,
        )


class Hurried(Supervisor):
    async def _pause(self, seconds: float) -> None:
        assert self.error
        await asyncio.sleep(0)


async def test_every_loop_that_fails_is_started_again_and_stopping_ends_all() -> None:
    loops, counted = Loops(), list[str]()
    supervisor, stop = Hurried(counted.append), asyncio.Event()
    connection = loops.named("connection", OSError("address"))
    worker = loops.named("worker", asyncio.CancelledError())
    connectivity: Any = SimpleNamespace(
        encryption=SimpleNamespace(sync_loop=loops.named("sync", RecursionError())),
        backfill=loops.named("backfill", TypeError("unhashable type: 'dict'")),
    )
    bot: Any = SimpleNamespace(
        decrypt_events=SimpleNamespace(keys_came=None, devices_changed=None),
        receive_transaction=None,
        failed=SimpleNamespace(record=None),
    )
    background = {"watch": loops.named("watch", KeyError("x")).run}
    working = asyncio.create_task(
        _work(supervisor, worker, bot, connectivity, connection, background, stop)
    )
    async with asyncio.timeout(20):
        await loops.going.wait()
        assert not working.done()
        loops.connected.clear()
        stop.set()
        await working
    assert sorted(counted) == sorted(["connection", "backfill", "sync", "worker", "watch"] * 3)
