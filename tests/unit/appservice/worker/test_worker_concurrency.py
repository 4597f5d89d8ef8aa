"""Hands of the worker that are kept for what is owed, and the time that everything else may take."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from bot.domain.queue_stats import QueueStats
from bot.errors import TemporaryError
from bot.ids import OfferId
from bot.jobs import Job
from bot.jobs.inbound_jobs import HandleEvent
from bot.jobs.offer_jobs import RefreshDraftCard
from bot.jobs.payment_jobs import Settle
from tests.support.frozen_clock import FrozenClock
from tests.support.job_samples import Handler, add, running, settle, until, worker_for
from tests.support.memory.memory_store import MemoryStore


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def store(clock: FrozenClock) -> MemoryStore:
    return MemoryStore(clock)


def said(number: int) -> HandleEvent:
    return HandleEvent({"room_id": f"!{number}", "n": number})


def draft(number: int) -> RefreshDraftCard:
    return RefreshDraftCard(OfferId(f"o{number}"))


@pytest.mark.parametrize("later", [settle, lambda name: RefreshDraftCard(OfferId(name))])
async def test_events_that_hang_hold_up_nothing_that_is_owed(
    store: MemoryStore, clock: FrozenClock, later: Callable[[str], Job]
) -> None:
    hanging: list[Job] = []
    done: list[Job] = []

    async def handler(job: Job) -> None:
        if isinstance(job, HandleEvent):
            hanging.append(job)
            await asyncio.Event().wait()
        done.append(job)

    await add(store, *[said(number) for number in range(30)])
    async with running(worker_for(store, clock, handler, concurrency=6), grace=0.01):
        await until(lambda: len(hanging) == 3)
        await add(store, later("1"), later("2"))
        await until(lambda: len(done) == 2)
    assert len(hanging) == 3


async def test_uploads_that_hang_hold_up_no_money(store: MemoryStore, clock: FrozenClock) -> None:
    hanging: list[Job] = []
    done: list[Job] = []

    async def handler(job: Job) -> None:
        if not isinstance(job, Settle):
            hanging.append(job)
            await asyncio.Event().wait()
        done.append(job)

    await add(store, *[draft(number) for number in range(30)])
    async with running(worker_for(store, clock, handler, concurrency=6), grace=0.01):
        await until(lambda: len(hanging) == 4)
        await add(store, *[settle(f"cs_{n}") for n in range(5)])
        await until(lambda: len(done) == 5)
    assert len(hanging) == 4


async def test_a_worker_whose_hands_are_reserved_rests(
    store: MemoryStore, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events that are due and may not begin are no reason to look again at once."""
    full, looks, real = asyncio.Event(), list[datetime | None](), store.queue.next_due

    async def stuck(_: Job) -> None:
        full.set()
        await asyncio.Event().wait()

    async def next_due(*, only: frozenset[str] | None = None) -> datetime | None:
        looks.append(await real(only=only))
        return looks[-1]

    monkeypatch.setattr(store.queue, "next_due", next_due)
    await add(store, *[said(number) for number in range(30)])
    async with running(worker_for(store, clock, stuck, concurrency=4), grace=0.01):
        await full.wait()
        await until(lambda: looks)
    assert set(looks) == {None}


async def test_an_event_that_hangs_is_schedule_retry_and_leaves_its_lane(
    store: MemoryStore, clock: FrozenClock
) -> None:
    order: list[int] = []

    async def handler(job: HandleEvent) -> None:
        order.append(job.event["n"])
        if job.event["n"] == 1 and order.count(1) < 3:
            await asyncio.Event().wait()

    await add(store, *[HandleEvent({"room_id": "!r", "n": number}) for number in (1, 2)])
    worker = worker_for(store, clock, handler, answer_seconds=0.01)
    async with asyncio.timeout(20):
        await worker.run_until_empty()
        assert order == [1, 2]
        assert await store.queue.failed_jobs() == ()
        for _ in range(2):
            clock.advance(timedelta(minutes=1))
            await worker.run_until_empty()
    assert order == [1, 2, 1, 1]
    assert await store.queue.stats() == QueueStats()


async def test_what_is_owed_may_take_long(store: MemoryStore, clock: FrozenClock) -> None:
    handler = Handler()

    async def slow(job: Job) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.Event().wait()
        await handler(job)

    await add(store, settle("cs_1"))
    await worker_for(store, clock, slow, answer_seconds=0.01).run_until_empty()
    assert handler.done == [settle("cs_1")]


async def test_a_time_limit_inside_of_a_handler_is_a_fault_like_others(
    store: MemoryStore, clock: FrozenClock
) -> None:
    handler = Handler(TimeoutError())
    await add(store, said(1))
    await worker_for(store, clock, handler).run_until_empty()
    (job,) = store.records.jobs.values()
    assert job.failures == 1


async def test_an_event_is_given_up_after_some_days(store: MemoryStore, clock: FrozenClock) -> None:
    handler = Handler(*[TemporaryError("the other homeserver is away")] * 1000)
    worker = worker_for(store, clock, handler)
    await add(store, said(1))
    while due := await store.queue.next_due():
        clock.at = due
        await worker.run_until_empty()
    assert handler.runs == 200
    (dead,) = await store.queue.failed_jobs()
    assert dead.retry_at is None
