"""Metrics read from the database and the disk at each scrape by Prometheus."""

from pathlib import Path

from prometheus_client import Metric

from appservice.db.store import SqlStore
from appservice.health.delivery_health import undelivered
from appservice.health.disk_space import free_bytes
from appservice.metrics import Metrics
from appservice.web.api.state_metrics import state_metrics
from bot.ports import Clock


class MetricsCollector:
    """Adds each delivery to `metrics` once in the life of the process."""

    def __init__(self, store: SqlStore, metrics: Metrics, blobs: Path, clock: Clock) -> None:
        self._store = store
        self._metrics = metrics
        self._blobs = blobs
        self._clock = clock
        self._counted_until = clock.now()

    async def __call__(self) -> tuple[Metric, ...]:
        """Raises TemporaryError."""
        for each in await self._store.delivery_latencies(self._counted_until):
            self._metrics.payment_to_delivery.observe(each.took.total_seconds())
            self._counted_until = each.at
        free = await free_bytes(self._blobs)
        return state_metrics(
            await self._store.stats(),
            await undelivered(self._store, self._clock),
            now=self._clock.now(),
            free_bytes=free,
        )
