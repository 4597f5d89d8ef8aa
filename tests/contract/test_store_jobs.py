"""Jobs, from the use case that adds them to the worker that takes them: in memory and in SQLite alike."""

import pytest

from appservice.db.job_queue import LEASE
from bot.domain.queue_stats import QueueStats
from bot.ids import OfferId
from bot.jobs.offer_jobs import PostListings, RefreshDraftCard, RefreshPlaceholders
from tests.contract.conftest import AnyStore, Mishap, mishap_after
from tests.support.frozen_clock import FrozenClock
from tests.support.queued_jobs import MINUTE, add, claim, event, settle


async def test_a_job_comes_out_as_it_went_in(store: AnyStore, clock: FrozenClock) -> None:
    await add(store, event("!a", 1))
    claimed, job = await claim(store, clock)
    assert job == event("!a", 1)
    assert (claimed.attempts, claimed.unexpected_failures) == (1, 0)


async def test_a_done_job_is_gone(store: AnyStore, clock: FrozenClock) -> None:
    await add(store, settle("cs_1"))
    claimed, _ = await claim(store, clock)
    await store.queue.done(claimed)
    assert await store.queue.stats() == QueueStats()
    assert await store.queue.next_due() is None


async def test_a_lane_runs_one_at_a_time_and_in_order(store: AnyStore, clock: FrozenClock) -> None:
    await add(store, event("!a", 1), event("!a", 2), event("!b", 1))
    first, job = await claim(store, clock)
    assert job == event("!a", 1)
    assert (await claim(store, clock))[1] == event("!b", 1)
    assert await store.queue.claim(clock.now()) is None
    await store.queue.done(first)
    assert (await claim(store, clock))[1] == event("!a", 2)


async def test_a_job_that_is_put_off_holds_its_lane(store: AnyStore, clock: FrozenClock) -> None:
    await add(store, event("!a", 1), event("!a", 2))
    claimed, _ = await claim(store, clock)
    await store.queue.retry(claimed, clock.now() + MINUTE, "busy")
    assert await store.queue.claim(clock.now()) is None
    assert await store.queue.next_due() == clock.now() + MINUTE
    clock.advance(MINUTE)
    again, job = await claim(store, clock)
    assert job == event("!a", 1)
    assert (again.attempts, again.unexpected_failures) == (2, 0)


async def test_a_job_for_later_waits_for_its_time(store: AnyStore, clock: FrozenClock) -> None:
    async with store.begin() as uow:
        await uow.jobs.add(settle("cs_1"), at=clock.now() + MINUTE)
    assert await store.queue.claim(clock.now()) is None
    assert await store.queue.next_due() == clock.now() + MINUTE
    clock.advance(MINUTE)
    assert (await claim(store, clock))[1] == settle("cs_1")


async def test_what_has_been_due_for_longest_comes_first(
    store: AnyStore, clock: FrozenClock
) -> None:
    async with store.begin() as uow:
        await uow.jobs.add(settle("later"), at=clock.now() + 2 * MINUTE)
        await uow.jobs.add(settle("sooner"), at=clock.now() + MINUTE)
        await uow.jobs.add(settle("first"))
        await uow.jobs.add(settle("second"))
    clock.advance(5 * MINUTE)
    order = [(await claim(store, clock))[1] for _ in range(4)]
    assert order == [settle("first"), settle("second"), settle("sooner"), settle("later")]


async def test_once_adds_nothing_while_an_equal_job_waits(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"))
    async with store.begin() as uow:
        await uow.jobs.add(settle("cs_1"), queueing_lock=True)
        await uow.jobs.add(settle("cs_2"), queueing_lock=True)
        await uow.jobs.add(settle("cs_2"), queueing_lock=True)
    assert (await store.queue.stats()).waiting == 2


async def test_once_brings_an_equal_job_forward_but_never_back(
    store: AnyStore, clock: FrozenClock
) -> None:
    async with store.begin() as uow:
        await uow.jobs.add(settle("cs_1"), at=clock.now() + 10 * MINUTE)
    async with store.begin() as uow:
        await uow.jobs.add(settle("cs_1"), at=clock.now() + 20 * MINUTE, queueing_lock=True)
    assert await store.queue.next_due() == clock.now() + 10 * MINUTE
    async with store.begin() as uow:
        await uow.jobs.add(settle("cs_1"), queueing_lock=True)
    assert (await claim(store, clock))[1] == settle("cs_1")
    assert (await store.queue.stats()).waiting == 0


async def test_once_adds_a_job_while_an_equal_one_runs(store: AnyStore, clock: FrozenClock) -> None:
    await add(store, RefreshDraftCard(OfferId("o")))
    await claim(store, clock)
    async with store.begin() as uow:
        await uow.jobs.add(RefreshDraftCard(OfferId("o")), queueing_lock=True)
    assert await store.queue.stats() == QueueStats(
        waiting=1, running=1, oldest_created_at=clock.now()
    )


async def test_jobs_of_what_raises_are_forgotten(store: AnyStore, clock: FrozenClock) -> None:
    with pytest.raises(Mishap):
        await mishap_after(store, lambda uow: uow.jobs.add(settle("cs_1")))
    assert await store.queue.claim(clock.now()) is None
    assert not store.queue.jobs_added.is_set()


async def test_news_comes_only_with_the_commit(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.jobs.add(settle("cs_1"))
        assert not store.queue.jobs_added.is_set()
    assert store.queue.jobs_added.is_set()


async def test_a_unit_of_work_without_jobs_is_no_news(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.inbox.accept("matrix", "1")
    assert not store.queue.jobs_added.is_set()


async def test_a_claim_that_lapses_is_taken_over_and_has_no_say_any_more(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"))
    stale, _ = await claim(store, clock)
    clock.advance(LEASE)
    fresh, _ = await claim(store, clock)
    await store.queue.done(stale)
    await store.queue.fail(stale, "late")
    await store.queue.retry(stale, clock.now(), "late")
    await store.queue.renew(stale, clock.now() + LEASE)
    assert await store.queue.next_due() == clock.now() + LEASE
    assert (await store.queue.stats()).running == 1
    await store.queue.done(fresh)
    assert await store.queue.stats() == QueueStats()


async def test_a_renewed_claim_does_not_lapse(store: AnyStore, clock: FrozenClock) -> None:
    await add(store, settle("cs_1"))
    claimed, _ = await claim(store, clock)
    clock.advance(LEASE - MINUTE)
    await store.queue.renew(claimed, clock.now())
    clock.advance(LEASE - MINUTE)
    assert await store.queue.claim(clock.now()) is None


async def test_what_a_dead_process_was_running_is_free_after_recovery(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, settle("cs_1"))
    await claim(store, clock)
    await store.queue.recover(clock.now())
    again, job = await claim(store, clock)
    assert job == settle("cs_1")
    assert again.attempts == 2


async def test_a_claim_can_be_for_some_kinds_alone(store: AnyStore, clock: FrozenClock) -> None:
    money = frozenset({"settle", "a kind that nobody knows"})
    await add(store, RefreshDraftCard(OfferId("a")), RefreshDraftCard(OfferId("b")))
    assert await store.queue.claim(clock.now(), only=money) is None
    assert await store.queue.next_due(only=money) is None
    assert await store.queue.next_due() == clock.now()
    clock.advance(MINUTE)
    await add(store, settle("cs_1"))
    assert await store.queue.next_due(only=money) == clock.now()
    claimed = await store.queue.claim(clock.now(), only=money)
    assert claimed is not None
    assert claimed.kind == "settle"
    assert (await claim(store, clock))[1] == RefreshDraftCard(OfferId("a"))


async def test_a_job_of_another_kind_still_holds_up_its_lane(
    store: AnyStore, clock: FrozenClock
) -> None:
    first, second = PostListings(OfferId("o")), RefreshPlaceholders(OfferId("o"))
    assert first.lock == second.lock
    await add(store, first, second)
    assert await store.queue.claim(clock.now(), only=frozenset({"refresh_placeholders"})) is None


async def test_the_backlog_counts_by_state_and_names_the_oldest(
    store: AnyStore, clock: FrozenClock
) -> None:
    begun = clock.now()
    await add(store, settle("dead"), settle("running"))
    claimed, _ = await claim(store, clock)
    await store.queue.fail(claimed, "OperatorError")
    clock.advance(MINUTE)
    await add(store, settle("waiting"))
    await claim(store, clock)
    assert await store.queue.stats() == QueueStats(
        waiting=1, running=1, failed=1, oldest_created_at=begun
    )


async def test_a_job_that_leaves_its_lane_holds_nobody_up(
    store: AnyStore, clock: FrozenClock
) -> None:
    await add(store, event("!a", 1), event("!a", 2))
    claimed, _ = await claim(store, clock)
    later = clock.now() + MINUTE
    await store.queue.retry(claimed, later, "TypeError", unexpected=True, leave_lock=True)
    assert (await claim(store, clock))[1] == event("!a", 2)
    clock.advance(MINUTE)
    again, job = await claim(store, clock)
    assert (job, again.unexpected_failures) == (event("!a", 1), 1)
