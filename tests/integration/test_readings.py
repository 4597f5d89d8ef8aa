"""What the operator is shown of the records, and when the program calls itself ready."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from appservice.db.repositories import sql_stats
from appservice.db.store import SqlStore, open_store
from appservice.health.metrics_collector import MetricsCollector
from appservice.health.readiness import Readiness
from appservice.matrix.homeserver_connection import HomeserverConnection
from appservice.metrics import Metrics
from bot.domain.purchases.delivery import Delivery
from bot.domain.purchases.ledger import entries_of
from bot.errors import TemporaryError
from bot.ids import OfferId, PaymentIntentId
from bot.jobs.offer_jobs import RefreshDraftCard
from tests.support.factories import NOON, SELLER, draft, paid, purchase
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT

SHOW = RefreshDraftCard(OfferId("offer00001"))


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
async def store(tmp_path: Path, clock: FrozenClock) -> AsyncIterator[SqlStore]:
    async with open_store(f"sqlite:///{tmp_path}/ppv.db", clock, VAULT) as opened:
        yield opened


class Scraper:
    """Prometheus."""

    def __init__(self, store: SqlStore, folder: Path, clock: FrozenClock) -> None:
        self._metrics = Metrics()
        self._readings = MetricsCollector(store, self._metrics, folder, clock)

    async def look(self) -> dict[str, float]:
        text = self._metrics.exposition(await self._readings()).decode()
        return {
            ",".join([sample.name, *sample.labels.values()]): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


async def a_sale(store: SqlStore, *, after: timedelta | None) -> None:
    """Bought at noon, and delivered so long after that."""
    done = NOON + after if after else None
    first = Delivery(number=1, requested_at=NOON, payment=PaymentIntentId("pi_1"), done_at=done)
    sold = replace(paid(purchase(), "pi_1"), deliveries=(first,))
    async with store.begin() as uow:
        await uow.offers.save(draft())
        await uow.purchases.save(sold)
        for entry in entries_of(sold, SELLER):
            await uow.ledger.add(entry)


async def test_an_empty_house_shows_zeros(
    store: SqlStore, tmp_path: Path, clock: FrozenClock
) -> None:
    seen = await Scraper(store, tmp_path, clock).look()
    assert seen["ppv_jobs,deliver,failed"] == 0
    assert seen["ppv_ledger_entries_total,paid"] == 0
    assert seen["ppv_job_queue_lag_seconds"] == 0
    assert seen["ppv_blobs_free_bytes"] > 0


async def test_a_sale_is_counted_and_timed_once(
    store: SqlStore, tmp_path: Path, clock: FrozenClock
) -> None:
    prometheus = Scraper(store, tmp_path, clock)
    await a_sale(store, after=timedelta(seconds=3))
    for _ in range(2):
        seen = await prometheus.look()
        assert seen["ppv_ledger_entries_total,paid"] == 1
        assert (seen["ppv_deliveries_total"], seen["ppv_deliveries_pending"]) == (1, 0)
        assert seen["ppv_payment_to_delivery_seconds_count"] == 1
        assert seen["ppv_payment_to_delivery_seconds_bucket,2.0"] == 0
        assert seen["ppv_payment_to_delivery_seconds_bucket,5.0"] == 1


async def test_what_is_paid_and_not_delivered_shows(
    store: SqlStore, tmp_path: Path, clock: FrozenClock
) -> None:
    await a_sale(store, after=None)
    seen = await Scraper(store, tmp_path, clock).look()
    assert (seen["ppv_deliveries_total"], seen["ppv_deliveries_pending"]) == (0, 1)
    assert seen["ppv_payment_to_delivery_seconds_count"] == 0


async def test_jobs_are_shown_by_kind_and_state(
    store: SqlStore, tmp_path: Path, clock: FrozenClock
) -> None:
    prometheus = Scraper(store, tmp_path, clock)
    async with store.begin() as uow:
        await uow.jobs.add(SHOW)
    clock.advance(timedelta(seconds=90))
    seen = await prometheus.look()
    assert seen["ppv_jobs,refresh_draft_card,todo"] == 1
    assert seen["ppv_oldest_job_age_seconds"] == seen["ppv_job_queue_lag_seconds"] == 90
    claimed = await store.queue.claim(clock.now())
    assert claimed is not None
    assert (await prometheus.look())["ppv_jobs,refresh_draft_card,doing"] == 1
    await store.queue.fail(claimed, "no")
    seen = await prometheus.look()
    assert seen["ppv_jobs,refresh_draft_card,failed"] == 1
    assert seen["ppv_oldest_job_age_seconds"] == seen["ppv_job_queue_lag_seconds"] == 0


async def test_counting_reads_no_tables(store: SqlStore, tmp_path: Path) -> None:
    """With a hundred thousand sales it would hold everybody up, with each look of Prometheus'."""
    queries = (
        sql_stats._CHECKOUTS,
        sql_stats._MOVEMENTS,
        sql_stats._DELIVERED,
        sql_stats._UNDELIVERED,
    )
    with closing(sqlite3.connect(tmp_path / "ppv.db")) as reader:
        for query in (*queries, sql_stats._SEALED):
            (plan,) = reader.execute(f"EXPLAIN QUERY PLAN {query}")
            assert "INDEX" in plan[3], query


class Fine:
    error: str | None = None


class Nobody:
    async def establish(self) -> None:
        raise TemporaryError("not asked")

    async def ping(self, transaction: str) -> int | None:
        raise TemporaryError("not asked")


async def test_it_is_ready_while_jobs_run_in_time(store: SqlStore, clock: FrozenClock) -> None:
    ready = Readiness(store, HomeserverConnection(Nobody()), Fine(), Fine(), clock)
    async with store.begin() as uow:
        await uow.jobs.add(SHOW, at=NOON + timedelta(days=20))
    parts = await ready()
    assert list(parts) == ["database", "homeserver", "encryption", "jobs", "loops"]
    assert {name for name, why in parts.items() if why} == {"homeserver"}
    clock.advance(timedelta(days=20, minutes=9))
    assert (await ready())["jobs"] is None
    clock.advance(timedelta(minutes=2))
    assert (await ready())["jobs"] == "jobs wait that should have run 10 minutes ago"


async def test_a_database_that_is_gone_is_named(tmp_path: Path, clock: FrozenClock) -> None:
    async with open_store(f"sqlite:///{tmp_path}/gone.db", clock, VAULT) as closed:
        ready = Readiness(closed, HomeserverConnection(Nobody()), Fine(), Fine(), clock)
    parts = await ready()
    assert parts["database"] == "the database is closed"
    assert parts["jobs"] is None
