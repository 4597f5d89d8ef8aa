"""What the process counts since its start. https://prometheus.io/docs/practices/naming/"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector

_LAG_SECONDS = (1, 2, 5, 10, 60, 600, 3600, 86_400)
_DELIVERY_SECONDS = (1, 2, 5, 10, 30, 60, 600, 3600, 86_400, 604_800)


class Metrics:
    """Counters and distributions. What the records can tell is no matter of these: see `standing`."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.transactions = Counter(
            "ppv_transactions",
            "Transactions accepted from the homeserver, repeated ones included.",
            registry=self._registry,
        )
        self.webhooks = Counter(
            "ppv_webhooks",
            "Requests to the webhook route by what became of them.",
            ["outcome"],
            registry=self._registry,
        )
        self.webhook_lag = Histogram(
            "ppv_webhook_lag_seconds",
            "From what happened at Stripe to our hearing of it, repeated tries included.",
            buckets=_LAG_SECONDS,
            registry=self._registry,
        )
        self.checkouts = Counter(
            "ppv_checkout_redirects",
            "Times that a buyer's browser was sent on to pay, or to what it owns already.",
            registry=self._registry,
        )
        self.delivery_seconds = Histogram(
            "ppv_delivery_seconds",
            "From a payment to the last of its files in the buyer's chat.",
            buckets=_DELIVERY_SECONDS,
            registry=self._registry,
        )

    def families(self) -> Iterable[Metric]:
        """All of them, those about the process itself included."""
        return self._registry.collect()

    def exposition(self, standing: Iterable[Metric]) -> bytes:
        """These and what `standing` adds, in Prometheus' text format."""
        further = CollectorRegistry()
        further.register(_Given(tuple(standing)))
        return generate_latest(self._registry) + generate_latest(further)


@dataclass(frozen=True, slots=True, eq=False)
class _Given(Collector):
    metrics: tuple[Metric, ...]

    def collect(self) -> Iterator[Metric]:
        return iter(self.metrics)
