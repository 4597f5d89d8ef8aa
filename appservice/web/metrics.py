"""What the operator can count. https://prometheus.io/docs/practices/naming/"""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure as it stands now: a name without our prefix, what it means, and its value."""

    name: str
    meaning: str
    value: float


class Metrics:
    """Counters since the start of the process."""

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
        self.checkouts = Counter(
            "ppv_checkout_redirects",
            "Times that a buyer's browser was sent on to pay, or to what it owns already.",
            registry=self._registry,
        )

    def exposition(self, readings: tuple[Reading, ...]) -> bytes:
        """Everything in Prometheus' text format."""
        standing = CollectorRegistry()
        standing.register(_Readings(readings))
        return generate_latest(self._registry) + generate_latest(standing)


class _Readings(Collector):
    def __init__(self, readings: tuple[Reading, ...]) -> None:
        self._readings = readings

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for reading in self._readings:
            yield GaugeMetricFamily(f"ppv_{reading.name}", reading.meaning, value=reading.value)
