"""What the worker makes of the ways in which a job can end."""

import logging
from datetime import timedelta

import pytest

from appservice.back_off import back_off
from appservice.worker import Worker
from bot.domain.queue_stats import QueueStats
from bot.errors import OperatorError, TemporaryError, UserError, UsuallyTemporaryError
from bot.ids import OfferId
from bot.jobs import Job
from bot.jobs.inbound_jobs import HandleEvent
from bot.jobs.offer_jobs import RefreshDraftCard
from bot.jobs.payment_jobs import Settle
from bot.services.inbound.failed_items import RECORDED
from tests.support.frozen_clock import FrozenClock
from tests.support.job_samples import Handler, add, settle, worker_for
from tests.support.memory.memory_store import MemoryStore


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def store(clock: FrozenClock) -> MemoryStore:
    return MemoryStore(clock)


async def test_draining_runs_all_that_is_due_and_what_that_adds(
    store: MemoryStore, clock: FrozenClock
) -> None:
    done: list[Job] = []

    async def handler(job: Settle) -> None:
        done.append(job)
        if len(done) < 3:
            await add(store, settle(f"cs_{len(done)}"))

    await add(store, settle("cs_0"))
    async with store.begin() as uow:
        await uow.jobs.add(settle("later"), at=clock.now() + timedelta(hours=1))
    await worker_for(store, clock, handler).run_until_empty()
    assert done == [settle("cs_0"), settle("cs_1"), settle("cs_2")]
    assert (await store.queue.stats()).waiting == 1


async def test_what_time_mends_is_tried_again_for_ever_and_ever_more_slowly(
    store: MemoryStore, clock: FrozenClock
) -> None:
    handler = Handler(*[TemporaryError("the homeserver is away")] * 30)
    worker = worker_for(store, clock, handler)
    await add(store, settle("cs_1"))
    pauses = []
    await worker.run_until_empty()
    while due := await store.queue.next_due():
        pauses.append((due - clock.now()).total_seconds())
        clock.at = due
        await worker.run_until_empty()
    assert pauses[:5] == [1, 2, 4, 8, 16]
    assert pauses[-1] == 600
    assert len(pauses) == 30
    assert handler.done == [settle("cs_1")]


async def test_what_time_mends_as_a_rule_is_told_after_minutes_and_tried_on(
    store: MemoryStore, clock: FrozenClock
) -> None:
    handler = Handler(*[UsuallyTemporaryError("a proxy says 413")] * 30)
    told: list[tuple[int, bool]] = []
    began = clock.now()

    def alarm(_kind: str, _id: int, _error: str, again: bool) -> None:
        told.append((int((clock.now() - began).total_seconds()), again))

    worker = Worker(store.queue, {Settle: handler}, clock, on_failure=alarm, jitter=lambda: 1.0)
    await add(store, settle("cs_1"))
    while not handler.done:
        await worker.run_until_empty()
        due = await store.queue.next_due() or clock.now() + timedelta(minutes=10)
        clock.at = max(due, clock.now() + timedelta(seconds=1))
    assert 600 <= told[0][0] <= 1200
    assert told[0][1], "it is tried again by itself"
    assert len(told) > 1


async def test_a_pause_that_was_asked_for_is_kept(store: MemoryStore, clock: FrozenClock) -> None:
    worker = worker_for(store, clock, Handler(TemporaryError("slow down", retry_after=900)))
    await add(store, settle("cs_1"))
    await worker.run_until_empty()
    due = await store.queue.next_due()
    assert due is not None
    assert due - clock.now() >= timedelta(seconds=900)


def test_pauses_are_spread_between_half_and_whole() -> None:
    assert back_off(4, None, 0.0) == timedelta(seconds=4)
    assert back_off(4, None, 1.0) == timedelta(seconds=8)
    assert back_off(1, 60.0, 0.0) == timedelta(seconds=60)
    assert back_off(10_000, 5.0, 1.0) == timedelta(minutes=10)


async def test_a_refusal_ends_a_job_that_a_message_caused(
    store: MemoryStore, clock: FrozenClock
) -> None:
    handler = Handler(UserError("That is too late."))
    await add(store, HandleEvent({"room_id": "!a"}))
    await worker_for(store, clock, handler).run_until_empty()
    assert await store.queue.stats() == QueueStats()
    assert handler.runs == 1


@pytest.mark.parametrize(
    "failure", [UserError("I may not speak there."), OperatorError("the amount is wrong")]
)
async def test_no_failure_ends_a_job_that_is_owed(
    store: MemoryStore, clock: FrozenClock, failure: Exception
) -> None:
    handler = Handler(*[failure] * 12)
    worker = worker_for(store, clock, handler)
    await add(store, settle("cs_1"))
    await worker.run_until_empty()
    pauses = []
    while dead := await store.queue.failed_jobs():
        assert dead[0].retry_at is not None
        assert str(failure) in dead[0].error
        pauses.append(dead[0].retry_at - clock.now())
        clock.at = dead[0].retry_at
        await worker.run_until_empty()
    assert pauses[:3] == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    assert pauses[-1] == timedelta(days=1)
    assert handler.done == [settle("cs_1")]
    assert await store.queue.stats() == QueueStats()


async def test_each_job_that_is_laid_aside_raises_the_alarm_and_says_whether_it_is_tried_again(
    store: MemoryStore, clock: FrozenClock
) -> None:
    raised: list[tuple[str, bool]] = []

    def alarm(kind: str, _number: int, _error: str, again: bool) -> None:
        raised.append((kind, again))

    handler = Handler(UserError("no"), OperatorError("no"))
    worker = Worker(
        store.queue,
        {Settle: handler, HandleEvent: handler},
        clock,
        on_failure=alarm,
        jitter=lambda: 1.0,
    )
    await add(store, settle("cs_1"), HandleEvent({"room_id": "!a"}))
    await worker.run_until_empty()
    assert raised == [("settle", True), ("handle_event", False)]


async def test_what_only_an_operator_mends_is_laid_aside_and_its_lane_goes_on(
    store: MemoryStore, clock: FrozenClock
) -> None:
    handler = Handler(OperatorError("the amount is wrong"))
    events = [HandleEvent({"room_id": "!a", "n": n}) for n in range(2)]
    await add(store, *events)
    await worker_for(store, clock, handler).run_until_empty()
    (dead,) = await store.queue.failed_jobs()
    assert (dead.fields, dead.error) == (
        {"event": events[0].event},
        "OperatorError: the amount is wrong",
    )
    assert handler.done == [events[1]]


async def test_a_fault_of_ours_is_tried_five_times_more_and_then_laid_aside(
    store: MemoryStore, clock: FrozenClock
) -> None:
    away = [TemporaryError("away")] * 10
    handler = Handler(*away, *[RuntimeError("oops")] * 10)
    worker = worker_for(store, clock, handler)
    await add(store, settle("cs_1"))
    await worker.run_until_empty()
    while due := await store.queue.next_due():
        clock.at = due
        await worker.run_until_empty()
    (dead,) = await store.queue.failed_jobs()
    assert dead.error == "RuntimeError: oops"
    assert handler.runs == 10 + 6


@pytest.mark.parametrize("kind", ["forgotten", "settle"])
async def test_a_job_of_another_version_is_laid_aside_at_once(
    store: MemoryStore, clock: FrozenClock, kind: str
) -> None:
    await add(store, settle("cs_1"))
    (job,) = store.records.jobs.values()
    object.__setattr__(job, "kind", kind)
    object.__setattr__(job, "fields", {"unknown": 1})
    handler = Handler()
    await worker_for(store, clock, handler).run_until_empty()
    assert len(await store.queue.failed_jobs()) == 1
    assert handler.runs == 0


async def test_a_job_without_a_handler_is_laid_aside_at_once(
    store: MemoryStore, clock: FrozenClock
) -> None:
    await add(store, RefreshDraftCard(OfferId("o")))
    await Worker(store.queue, {Settle: Handler()}, clock).run_until_empty()
    assert len(await store.queue.failed_jobs()) == 1


async def test_nothing_of_a_job_but_its_kind_is_logged(
    store: MemoryStore, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    failures = [UserError("secret words"), TemporaryError("away"), OperatorError("wrong")]
    await add(store, *[HandleEvent({"room_id": f"!{n}", "body": "payload"}) for n in range(3)])
    await worker_for(store, clock, Handler(*failures)).run_until_empty()
    ours = [record for record in caplog.records if record.name == "appservice.worker"]
    assert [record.levelname for record in ours] == ["WARNING", "INFO", "ERROR"]
    assert all(record.__dict__["job"] == "handle_event" for record in ours)
    logged = " ".join(str(record.__dict__) for record in ours)
    assert "payload" not in logged
    assert "secret words" not in logged


def heard(number: int, sender: str = "@mallory:test") -> HandleEvent:
    return HandleEvent({"room_id": "!a", "sender": sender, "n": number})


async def test_an_event_that_is_poison_holds_up_nothing_behind_it(
    store: MemoryStore, clock: FrozenClock
) -> None:
    done: list[int] = []

    async def handler(job: HandleEvent) -> None:
        if job.event["n"] == 0:
            raise TypeError("unhashable type: 'dict'")
        done.append(job.event["n"])

    worker = worker_for(store, clock, handler)
    await add(store, *[heard(number) for number in range(4)])
    await worker.run_until_empty()
    assert done == [1, 2, 3]
    while due := await store.queue.next_due():
        clock.at = due
        await worker.run_until_empty()
    (dead,) = await store.queue.failed_jobs()
    assert dead.error == "TypeError: unhashable type: 'dict'"


async def test_a_flood_of_poison_is_bounded_and_tells_admins_once_an_hour(
    store: MemoryStore, clock: FrozenClock
) -> None:
    alarms: list[int] = []

    def alarm(_kind: str, number: int, _error: str, _again: bool) -> None:
        alarms.append(number)

    async def handler(_: HandleEvent) -> None:
        raise OperatorError("poison")

    worker = Worker(store.queue, {HandleEvent: handler}, clock, on_failure=alarm)
    await add(store, *[heard(number) for number in range(RECORDED + 50)])
    await worker.run_until_empty()
    assert len(alarms) == 1
    dead = await store.queue.failed_jobs()
    assert [job.fields["event"]["n"] for job in dead] == list(range(50, RECORDED + 50))
    clock.advance(timedelta(hours=1))
    await add(store, heard(1000))
    await worker.run_until_empty()
    assert len(alarms) == 2


async def test_owed_jobs_that_are_laid_aside_are_all_kept_and_told(
    store: MemoryStore, clock: FrozenClock
) -> None:
    alarms: list[int] = []

    def alarm(_kind: str, number: int, _error: str, _again: bool) -> None:
        alarms.append(number)

    async def handler(_: Settle) -> None:
        raise OperatorError("it is so")

    worker = Worker(store.queue, {Settle: handler}, clock, on_failure=alarm)
    await add(store, *[settle(f"cs_{number}") for number in range(RECORDED + 5)])
    await worker.run_until_empty()
    assert len(alarms) == len(await store.queue.failed_jobs()) == RECORDED + 5


async def test_what_an_error_says_is_cut_short(store: MemoryStore, clock: FrozenClock) -> None:
    await add(store, settle("cs_1"))
    await worker_for(store, clock, Handler(OperatorError("x" * 100_000))).run_until_empty()
    (dead,) = await store.queue.failed_jobs()
    assert len(dead.error) < 1000
