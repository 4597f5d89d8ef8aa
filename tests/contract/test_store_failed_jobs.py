"""Failed jobs: listed, retried, bounded, and in nobody's way."""

from appservice.db.job_queue import LEASE
from bot.domain.queue_stats import QueueStats
from bot.ids import OfferId
from bot.jobs.inbound_jobs import FailedItem
from bot.jobs.offer_jobs import RefreshDraftCard
from tests.contract.conftest import AnyStore
from tests.support.frozen_clock import FrozenClock
from tests.support.queued_jobs import MINUTE, add, claim, event, settle


async def test_a_dead_job_holds_nobody_up(store: AnyStore, clock: FrozenClock) -> None:
    await add(store, event("!a", 1), event("!a", 2))
    claimed, _ = await claim(store, clock)
    await store.queue.fail(claimed, "OperatorError: it is so")
    assert (await claim(store, clock))[1] == event("!a", 2)
    assert await store.queue.claim(clock.now() + 10 * LEASE) is not None


async def test_unforeseen_failures_are_counted_apart(store: AnyStore, clock: FrozenClock) -> None:
    await add(store, settle("cs_1"))
    for unforeseen in (True, False, True):
        claimed, _ = await claim(store, clock)
        await store.queue.retry(claimed, clock.now(), "odd", unexpected=unforeseen)
    claimed, _ = await claim(store, clock)
    assert (claimed.attempts, claimed.unexpected_failures) == (4, 2)


async def test_dead_jobs_are_listed_revived_and_dropped(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"), settle("cs_2"))
    for _ in range(2):
        claimed, _job = await claim(store, clock)
        await store.queue.fail(claimed, "OperatorError: it is so")
    first, second = await store.queue.failed_jobs()
    assert (first.kind, first.fields, first.error, first.attempts) == (
        "settle",
        {"session": "cs_1", "source": "webhook", "account": None},
        "OperatorError: it is so",
        1,
    )
    assert await store.queue.retry_failed(first.id, clock.now())
    assert not await store.queue.retry_failed(first.id, clock.now())
    assert not await store.queue.delete_failed(first.id)
    assert await store.queue.delete_failed(second.id)
    assert not await store.queue.delete_failed(second.id)
    assert (await claim(store, clock))[1] == settle("cs_1")
    assert await store.queue.failed_jobs() == ()


async def test_what_is_owed_is_taken_up_again_in_its_place_in_the_lane(
    store: AnyStore, clock: FrozenClock
) -> None:
    first, second = RefreshDraftCard(OfferId("o")), RefreshDraftCard(OfferId("o"))
    await add(store, first, second)
    aside, _ = await claim(store, clock)
    again_at = clock.now() + 10 * MINUTE
    await store.queue.fail(aside, "UserError: no", retry_at=again_at)
    (dead,) = await store.queue.failed_jobs()
    assert dead.retry_at == again_at
    running, _ = await claim(store, clock)
    assert running.id != aside.id
    clock.advance(10 * MINUTE)
    await store.queue.renew(running, clock.now())
    assert await store.queue.claim(clock.now()) is None, "its lane is busy"
    await store.queue.done(running)
    again, _ = await claim(store, clock)
    assert (again.id, again.times_failed, again.unexpected_failures) == (aside.id, 1, 0)
    assert await store.queue.failed_jobs() == ()
    await store.queue.done(again)
    assert await store.queue.stats() == QueueStats()


async def test_what_an_operator_must_ask_for_is_never_taken_up_by_itself(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"))
    aside, _ = await claim(store, clock)
    await store.queue.fail(aside, "OperatorError: no")
    clock.advance(1000 * MINUTE)
    assert await store.queue.claim(clock.now()) is None


async def test_waking_a_lane_takes_up_what_was_laid_aside_in_it(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"), settle("cs_2"))
    for _ in range(2):
        aside, _job = await claim(store, clock)
        await store.queue.fail(aside, "UserError: no", retry_at=clock.now() + 60 * MINUTE)
    async with store.begin() as uow:
        await uow.jobs.wake(settle("cs_2").lock)
    assert (await claim(store, clock))[1] == settle("cs_2")
    assert await store.queue.claim(clock.now()) is None


async def test_once_takes_up_an_equal_job_that_was_laid_aside(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"))
    aside, _ = await claim(store, clock)
    await store.queue.fail(aside, "OperatorError: no", retry_at=clock.now() + 60 * MINUTE)
    async with store.begin() as uow:
        await uow.jobs.add(settle("cs_1"), queueing_lock=True)
    again, _ = await claim(store, clock)
    assert again.id == aside.id
    assert await store.queue.claim(clock.now()) is None


async def test_a_job_that_follows_from_a_burial_is_added_with_it_once(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"))
    claimed, _ = await claim(store, clock)
    await store.queue.fail(claimed, "OperatorError", then=settle("cs_2"))
    await store.queue.fail(claimed, "OperatorError", then=settle("cs_2"))
    assert (await claim(store, clock))[1] == settle("cs_2")
    assert await store.queue.claim(clock.now()) is None


async def test_failed_items_are_laid_aside_and_bounded_for_each_door(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"))
    for number in range(5):
        async with store.begin() as uow:
            await uow.jobs.lay_aside(FailedItem("sync", str(number)), "TypeError: it", 3)
            await uow.jobs.lay_aside(FailedItem("sweep", str(number)), "TypeError: it", 3)
    dead = await store.queue.failed_jobs()
    by_door = [(job.fields["door"], job.fields["item"]) for job in dead]
    assert sorted(by_door) == [(door, n) for door in ("sweep", "sync") for n in ("2", "3", "4")]
    assert {job.error for job in dead} == {"TypeError: it"}
    assert (await claim(store, clock))[1] == settle("cs_1")
    assert await store.queue.claim(clock.now()) is None


async def test_a_failed_item_is_handled_again_when_it_is_revived(
    store: AnyStore, clock: FrozenClock
) -> None:
    async with store.begin() as uow:
        await uow.jobs.lay_aside(FailedItem("sync", "x", {"event_id": "$1"}), "TypeError", 3)
    (dead,) = await store.queue.failed_jobs()
    assert await store.queue.retry_failed(dead.id, clock.now())
    assert (await claim(store, clock))[1] == FailedItem("sync", "x", {"event_id": "$1"})


async def test_of_jobs_that_are_laid_aside_so_many_of_a_kind_are_kept(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"), *[event(f"!{n}", n) for n in range(5)])
    first, _ = await claim(store, clock)
    await store.queue.fail(first, "OperatorError: it is so")
    for _ in range(5):
        claimed, _job = await claim(store, clock)
        await store.queue.fail(claimed, "OperatorError: it is so", keep_newest=2)
    kept = [
        (job.kind, job.fields.get("event", {}).get("room_id"))
        for job in await store.queue.failed_jobs()
    ]
    assert kept == [("settle", None), ("handle_event", "!3"), ("handle_event", "!4")]
