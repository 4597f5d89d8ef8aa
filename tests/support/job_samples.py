"""A worker on the store in memory, and work for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from appservice.worker import Worker
from bot.domain.money.payment_event import Trigger
from bot.ids import CheckoutSessionId
from bot.jobs import Job
from bot.jobs.inbound_jobs import HandleEvent
from bot.jobs.offer_jobs import RefreshDraftCard
from bot.jobs.payment_jobs import Settle
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_store import MemoryStore


def settle(name: str) -> Settle:
    return Settle(CheckoutSessionId(name), Trigger.WEBHOOK)


async def add(store: MemoryStore, *jobs: Job) -> None:
    async with store.begin() as uow:
        for job in jobs:
            await uow.jobs.add(job)


def worker_for(
    store: MemoryStore,
    clock: FrozenClock,
    handler: Callable[[Any], Awaitable[None]],
    concurrency: int = 4,
    answer_seconds: float = 60.0,
) -> Worker:
    handlers = {Settle: handler, HandleEvent: handler, RefreshDraftCard: handler}
    return Worker(
        store.queue,
        handlers,
        clock,
        concurrency=concurrency,
        answer_seconds=answer_seconds,
        jitter=lambda: 1.0,
    )


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


@asynccontextmanager
async def running(worker: Worker, grace: float = 5.0) -> AsyncIterator[None]:
    async with asyncio.timeout(20):
        run = asyncio.create_task(worker.run(grace=grace))
        claims = asyncio.create_task(worker.renew_claims())
        try:
            yield
            worker.stop()
            await run
        finally:
            for task in (run, claims):
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def until(holds: Callable[[], object]) -> None:
    """What holds in the end has no event of its own: it is looked at between the steps of the others."""
    while not holds():  # noqa: ASYNC110 - see above
        await asyncio.sleep(0)
