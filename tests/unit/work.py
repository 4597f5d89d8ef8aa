"""A worker on the store in memory, and work for it."""

from collections.abc import Awaitable, Callable
from typing import Any

from appservice.worker import Worker
from bot.hint import Source
from bot.ids import CheckoutSessionId
from bot.jobs import HandleEvent, Job, Settle
from tests.frozen_clock import FrozenClock
from tests.memory_store import MemoryStore


def settle(name: str) -> Settle:
    return Settle(CheckoutSessionId(name), Source.WEBHOOK)


async def add(store: MemoryStore, *jobs: Job) -> None:
    async with store.begin() as uow:
        for job in jobs:
            await uow.jobs.add(job)


def worker_for(
    store: MemoryStore,
    clock: FrozenClock,
    handler: Callable[[Any], Awaitable[None]],
    hands: int = 4,
) -> Worker:
    handlers = {Settle: handler, HandleEvent: handler}
    return Worker(store.queue, handlers, clock, hands=hands, jitter=lambda: 1.0)


class Handler:
    """Fails as it is told, one entry for each run; then it does its work."""

    def __init__(self, *failures: BaseException) -> None:
        self._failures = list(failures)
        self.runs = 0
        self.done: list[Job] = []

    async def __call__(self, job: Job) -> None:
        self.runs += 1
        if self._failures:
            raise self._failures.pop(0)
        self.done.append(job)
