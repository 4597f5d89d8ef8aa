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
        self.here = asyncio.Event()
        self.here.set()
        self.in_touch = self.here
        self.going = asyncio.Event()

    async def fail(self, name: str, error: BaseException) -> None:
        self.runs[name] = self.runs.get(name, 0) + 1
        if self.runs[name] <= 3:
            raise error
        if len(self.runs) == 5 and all(number > 3 for number in self.runs.values()):
            self.going.set()
        await asyncio.Event().wait()

    async def keep(self) -> None:
        await self.fail("arrival", OSError("address"))

    async def keep_on(self, *_: Any) -> None:
        await self.fail("sweep", TypeError("unhashable type: 'dict'"))

    async def listen(self, *_: Any) -> None:
        await self.fail("sync", RecursionError())

    async def run(self) -> None:
        await self.fail("worker", asyncio.CancelledError())

    async def watch(self) -> None:
        await self.fail("watch", KeyError("x"))

    def stop(self) -> None:
        self.stopped = True

    def soon(self) -> None:
        pass


class Hurried(Supervisor):
    async def _pause(self, seconds: float) -> None:
        assert self.trouble
        await asyncio.sleep(0)


async def test_every_loop_that_fails_is_started_again_and_stopping_ends_all() -> None:
    loops, counted = Loops(), list[str]()
    supervisor, stop = Hurried(counted.append), asyncio.Event()
    encryption = SimpleNamespace(hearing=loops)
    senses: Any = SimpleNamespace(encryption=encryption, sweep=loops)
    bot: Any = SimpleNamespace(
        decrypt_events=SimpleNamespace(keys_came=None, devices_changed=None),
        receive_transaction=None,
        failed=SimpleNamespace(record=None),
    )
    every: Any = loops
    lasting = {"watch": loops.watch}
    working = asyncio.create_task(_work(supervisor, every, bot, senses, every, lasting, stop))
    async with asyncio.timeout(20):
        await loops.going.wait()
        assert not working.done()
        loops.here.clear()
        stop.set()
        await working
    assert sorted(counted) == sorted(["arrival", "sweep", "sync", "worker", "watch"] * 3)
