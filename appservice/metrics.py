"""Metrics that this process counts and times. https://prometheus.io/docs/practices/naming/

Gauges that are read from the database are in `appservice.web.api.state_metrics`. Every label has a bounded set of
values: routes and endpoints are templates, so that callers cannot create time series.
"""

import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    Metric,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.registry import Collector

_LAG_SECONDS = (1, 2, 5, 10, 60, 600, 3600, 86_400)
_DELIVERY_SECONDS = (1, 2, 5, 10, 30, 60, 600, 3600, 86_400, 604_800)
_REQUEST_SECONDS = (0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
_JOB_SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300, 1800)


# A counter that appears with its first value has no increase for Prometheus, so that no alert sees it.
# https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
WEBHOOK_OUTCOMES = ("accepted", "ignored", "unauthenticated")
JOB_OUTCOMES = ("succeeded", "refused", "retried", "failed")
CALL_OUTCOMES = ("success", "client_error", "server_error", "no_answer")
LISTENERS = ("private", "public", "ops")
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
ITEM_SOURCES = (
    "sessions",
    "stripe_checkouts",
    "stripe_events",
    "sweep",
    "sync",
    "to_device",
    "transaction",
)


class Metrics:
    """Counters, histograms and gauges of one process, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        Info("ppv_build", "Version of matrix-ppv and of Python.", registry=registry).info(
            {"version": _version(), "python_version": platform.python_version()}
        )
        self.http_in_flight = Gauge(
            "ppv_http_requests_in_flight",
            "HTTP requests that are being handled, by listener.",
            ["listener"],
            registry=registry,
        )
        self.http_duration = Histogram(
            "ppv_http_request_duration_seconds",
            "Time from an HTTP request to the end of its response, by route template.",
            ["listener", "method", "route", "code"],
            buckets=_REQUEST_SECONDS,
            registry=registry,
        )
        self.job_duration = Histogram(
            "ppv_job_duration_seconds",
            "Run time of one attempt at a job.",
            ["kind"],
            buckets=_JOB_SECONDS,
            registry=registry,
        )
        self.job_attempts = Counter(
            "ppv_job_attempts",
            "Attempts at jobs: succeeded, refused (ended by a user error), retried (to be run again), or failed.",
            ["kind", "outcome"],
            registry=registry,
        )
        self.homeserver_calls = CallTimer(
            Histogram(
                "ppv_homeserver_request_duration_seconds",
                "Time of requests to the homeserver up to the head of the response, by endpoint template.",
                ["method", "endpoint", "outcome"],
                buckets=_REQUEST_SECONDS,
                registry=registry,
            )
        )
        self.stripe_calls = CallTimer(
            Histogram(
                "ppv_stripe_request_duration_seconds",
                "Time of requests to Stripe's API, each try on its own, by endpoint template.",
                ["method", "endpoint", "outcome"],
                buckets=_REQUEST_SECONDS,
                registry=registry,
            )
        )
        self.transactions = Counter(
            "ppv_transactions",
            "Transactions accepted from the homeserver, including repeated ones.",
            registry=registry,
        )
        self.webhooks = Counter(
            "ppv_webhook_requests",
            "Requests to the webhook route, by outcome.",
            ["outcome"],
            registry=registry,
        )
        self.webhook_lag = Histogram(
            "ppv_webhook_lag_seconds",
            "Time from an event at Stripe to its arrival here, including repeated tries.",
            buckets=_LAG_SECONDS,
            registry=registry,
        )
        self.checkouts = Counter(
            "ppv_checkout_redirects",
            "Redirects of buyers' browsers to the checkout, or to the purchase if it is paid for.",
            registry=registry,
        )
        self.payment_to_delivery = Histogram(
            "ppv_payment_to_delivery_seconds",
            "Time from a payment to the last of its files in the buyer's chat.",
            buckets=_DELIVERY_SECONDS,
            registry=registry,
        )
        self.loop_failures = Counter(
            "ppv_loop_failures",
            "Failures of the program's background loops. Each loop is restarted.",
            ["loop"],
            registry=registry,
        )
        self.items_failed = Counter(
            "ppv_items_failed",
            "Single items from outside that could not be handled and were recorded as failed, by source.",
            ["source"],
            registry=registry,
        )
        for outcome in WEBHOOK_OUTCOMES:
            self.webhooks.labels(outcome)
        for listener in LISTENERS:
            self.http_in_flight.labels(listener)
        for loop in LOOPS:
            self.loop_failures.labels(loop)
        for source in ITEM_SOURCES:
            self.items_failed.labels(source)

    def loop_failed(self, loop: str) -> None:
        self.loop_failures.labels(loop).inc()

    def item_failed(self, source: str) -> None:
        self.items_failed.labels(source).inc()

    def job_attempted(self, kind: str, outcome: str, seconds: float) -> None:
        """`outcome` is one of JOB_OUTCOMES."""
        self.job_attempts.labels(kind, outcome).inc()
        self.job_duration.labels(kind).observe(seconds)

    def families(self) -> Iterable[Metric]:
        """Return all metrics, including those of the process."""
        return self._registry.collect()

    def exposition(self, state: Iterable[Metric]) -> bytes:
        """Return these metrics and those in `state` in Prometheus' text format."""
        further = CollectorRegistry()
        further.register(_Collected(tuple(state)))
        return generate_latest(self._registry) + generate_latest(further)


@dataclass(slots=True)
class Call:
    """One request to another service."""

    status: int | None = None
    """None until the service has answered."""

    @property
    def outcome(self) -> str:
        """One of CALL_OUTCOMES."""
        if self.status is None:
            return "no_answer"
        if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return "server_error"
        return "client_error" if self.status >= HTTPStatus.BAD_REQUEST else "success"


@dataclass(frozen=True, slots=True)
class CallTimer:
    """Times the requests to one service; without a histogram it does nothing."""

    histogram: Histogram | None = None

    @contextmanager
    def timed(self, method: str, endpoint: str) -> Iterator[Call]:
        """Observe the time in the block. `endpoint` is a template, such as `/v1/refunds/{}`."""
        call, began = Call(), time.perf_counter()
        try:
            yield call
        finally:
            if self.histogram is not None:
                seconds = time.perf_counter() - began
                self.histogram.labels(method, endpoint, call.outcome).observe(seconds)


NOT_TIMED = CallTimer()


@dataclass(frozen=True, slots=True, eq=False)
class _Collected(Collector):
    metrics: tuple[Metric, ...]

    def collect(self) -> Iterator[Metric]:
        return iter(self.metrics)


def _version() -> str:
    try:
        return version("matrix-ppv")
    except PackageNotFoundError:
        return "unknown"
