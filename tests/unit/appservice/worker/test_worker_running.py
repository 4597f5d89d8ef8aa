"""The worker at work: side by side, in order, woken, stopped and cancelled."""

import asyncio
from datetime import datetime, timedelta

import pytest

from appservice.db.job_queue import LEASE, Claimed
from bot.domain.queue_stats import QueueStats
from bot.errors import TemporaryError
from bot.jobs import Job
from bot.jobs.inbound_jobs import HandleEvent
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


async def test_a_running_worker_starts_on_new_jobs_at_once(
    store: MemoryStore, clock: FrozenClock
) -> None:
    begun = asyncio.Event()

    async def handler(_: Job) -> None:
        begun.set()

    async with running(worker_for(store, clock, handler)):
        await asyncio.sleep(0)
        await add(store, settle("cs_1"))
        async with asyncio.timeout(1):
            await begun.wait()
    assert await store.queue.stats() == QueueStats()


async def test_lanes_run_side_by_side_up_to_the_number_of_concurrency(
    store: MemoryStore, clock: FrozenClock
) -> None:
    inside: set[str] = set()
    full, go_on = asyncio.Event(), asyncio.Event()
    most: list[int] = []

    async def handler(job: Settle) -> None:
        inside.add(job.session)
        most.append(len(inside))
        if len(inside) == 3:
            full.set()
        await go_on.wait()
        inside.remove(job.session)

    await add(store, *[settle(f"cs_{n}") for n in range(10)])
    async with running(worker_for(store, clock, handler, concurrency=3)):
        await full.wait()
        go_on.set()
        await until(lambda: not store.records.jobs)
    assert len(most) == 10
    assert max(most) == 3


async def test_a_lane_never_runs_twice_at_once_and_keeps_its_order(
    store: MemoryStore, clock: FrozenClock
) -> None:
    order: list[tuple[str, int]] = []
    inside: set[str] = set()

    async def handler(job: HandleEvent) -> None:
        room = job.event["room_id"]
        assert room not in inside
        inside.add(room)
        await asyncio.sleep(0)
        order.append((room, job.event["n"]))
        inside.remove(room)

    await add(store, *[HandleEvent({"room_id": f"!{n % 3}", "n": n}) for n in range(30)])
    async with running(worker_for(store, clock, handler)):
        await until(lambda: len(order) == 30)
    for room in ("!0", "!1", "!2"):
        numbers = [n for r, n in order if r == room]
        assert numbers == sorted(numbers)


async def test_stopping_lets_what_runs_finish_and_begins_nothing_new(
    store: MemoryStore, clock: FrozenClock
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    done: list[Job] = []

    async def handler(job: Job) -> None:
        begun.set()
        await go_on.wait()
        done.append(job)

    await add(store, settle("cs_1"), settle("cs_2"))
    worker = worker_for(store, clock, handler, concurrency=1)
    async with running(worker):
        await begun.wait()
        worker.stop()
        await asyncio.sleep(0)
        go_on.set()
    assert done == [settle("cs_1")]
    assert await store.queue.stats() == QueueStats(waiting=1, oldest_created_at=clock.now())


async def test_what_does_not_finish_in_time_is_run_again_after_the_next_start(
    store: MemoryStore, clock: FrozenClock
) -> None:
    begun = asyncio.Event()

    async def stuck(_: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    await add(store, settle("cs_1"))
    async with running(worker_for(store, clock, stuck), grace=0.01):
        await begun.wait()
    handler = Handler()
    async with running(worker_for(store, clock, handler)):
        await until(lambda: handler.done)
    assert await store.queue.stats() == QueueStats()


async def test_a_cancelled_worker_leaves_the_job_to_be_run_again(
    store: MemoryStore, clock: FrozenClock
) -> None:
    begun = asyncio.Event()

    async def stuck(_: Job) -> None:
        begun.set()
        await asyncio.Event().wait()

    await add(store, settle("cs_1"))
    run = asyncio.create_task(worker_for(store, clock, stuck).run())
    await begun.wait()
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    await store.queue.recover(clock.now())
    assert await store.queue.stats() == QueueStats(waiting=1, oldest_created_at=clock.now())


async def test_an_outcome_is_written_down_even_when_the_worker_is_cancelled_meanwhile(
    store: MemoryStore, clock: FrozenClock
) -> None:
    """The store is busy when the job is done; the cancellation comes while it waits."""
    busy, handled, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def keep_the_store_busy() -> None:
        async with store.begin():
            busy.set()
            await go_on.wait()

    async def handler(_: Job) -> None:
        others.append(asyncio.create_task(keep_the_store_busy()))
        await busy.wait()
        handled.set()

    others: list[asyncio.Task[None]] = []
    await add(store, settle("cs_1"))
    draining = asyncio.create_task(worker_for(store, clock, handler).run_until_empty())
    await handled.wait()
    draining.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await draining
    await others[0]
    assert await store.queue.stats() == QueueStats()


async def test_the_worker_goes_on_when_the_store_is_out_of_reach_for_a_while(
    store: MemoryStore, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, real = Handler(), store.queue.claim
    failures = [TemporaryError("database: disk is full")]

    async def claim(now: datetime, **only: frozenset[str] | None) -> Claimed | None:
        if failures:
            raise failures.pop()
        return await real(now, **only)

    monkeypatch.setattr(store.queue, "claim", claim)
    monkeypatch.setattr("appservice.worker._QUEUE_ERROR_PAUSE_SECONDS", 0.01)
    await add(store, settle("cs_1"))
    async with running(worker_for(store, clock, handler)):
        await until(lambda: handler.done)
    assert handler.done == [settle("cs_1")]


async def test_a_job_that_takes_long_stays_ours(
    store: MemoryStore, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def long(_: Job) -> None:
        begun.set()
        await go_on.wait()

    monkeypatch.setattr("appservice.worker._RENEWAL_INTERVAL", timedelta(seconds=0.01))
    await add(store, settle("cs_1"))
    async with running(worker_for(store, clock, long)):
        await begun.wait()
        clock.advance(LEASE * 0.9)
        (job,) = store.records.jobs
        await until(lambda: store.records.jobs[job].due_at == clock.now() + LEASE)
        go_on.set()
    assert await store.queue.stats() == QueueStats()


async def test_news_that_comes_right_before_the_worker_rests_is_not_missed(
    store: MemoryStore, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler, real = Handler(), store.queue.next_due

    async def next_due(**_: object) -> datetime | None:
        monkeypatch.undo()
        nothing = await real()
        await add(store, settle("cs_1"))
        return nothing

    monkeypatch.setattr(store.queue, "next_due", next_due)
    async with running(worker_for(store, clock, handler)), asyncio.timeout(2):
        await until(lambda: handler.done)
