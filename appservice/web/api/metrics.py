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


# A counter that appears with its first value has no increase for Prometheus, so that no alert sees it.
# https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
WEBHOOK_OUTCOMES = ("accepted", "ignored", "unauthenticated")
LOOPS = (
    "arrival",
    "claims",
    "reload",
    "sweep",
    "sync",
    "watch",
    "watchdog",
    "worker",
)
DOORS = (
    "sessions",
    "stripe_checkouts",
    "stripe_events",
    "sweep",
    "sync",
    "to_device",
    "transaction",
)


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
        for outcome in WEBHOOK_OUTCOMES:
            self.webhooks.labels(outcome)
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

        self.loop_failures = Counter(
            "ppv_loop_failures",
            "Failures of the loops that the program consists of; each is started again.",
            ["loop"],
            registry=self._registry,
        )
        self.items_failed = Counter(
            "ppv_items_failed",
            "Single items from outside that could not be handled and were laid aside, by where they came in.",
            ["door"],
            registry=self._registry,
        )

        for loop in LOOPS:
            self.loop_failures.labels(loop)
        for door in DOORS:
            self.items_failed.labels(door)

    def loop_failed(self, loop: str) -> None:
        self.loop_failures.labels(loop).inc()

    def item_failed(self, door: str) -> None:
        self.items_failed.labels(door).inc()

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
