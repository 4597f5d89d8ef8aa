"""Metrics that are read from the database and the disk, so that they are the same in every process."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from appservice.db.repositories.sql_stats import DatabaseStats
from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.purchases.ledger import EntryType
from bot.jobs import JOBS
from bot.services.delivery.undelivered import Undelivered

_JOB_STATUSES = {"waiting": "todo", "running": "doing", "dead": "failed"}
"""By the value of the `state` column."""


def state_metrics(
    census: DatabaseStats, undelivered: Undelivered, *, now: datetime, free_bytes: int
) -> tuple[Metric, ...]:
    """`free_bytes` is the free space of the file system that stores encrypted files."""
    jobs = {(kind, status): 0 for kind in JOBS for status in _JOB_STATUSES.values()}
    for (kind, state), number in census.jobs.items():
        jobs[kind, _JOB_STATUSES.get(state, state)] = number
    return (
        _labelled(
            GaugeMetricFamily(
                "ppv_jobs",
                "Jobs that are not done, by kind and status; failed ones need an operator.",
                labels=["kind", "status"],
            ),
            ((list(which), number) for which, number in sorted(jobs.items())),
        ),
        GaugeMetricFamily(
            "ppv_oldest_job_age_seconds",
            "Age of the oldest job that is not done, not counting failed ones.",
            _seconds(census.oldest_job, now),
        ),
        GaugeMetricFamily(
            "ppv_job_queue_lag_seconds",
            "Time that the next due job has waited to be started.",
            _seconds(census.due_since, now),
        ),
        _labelled(
            GaugeMetricFamily(
                "ppv_checkouts", "Checkouts that Stripe made for us, by state.", labels=["state"]
            ),
            (([state], census.checkouts.get(state, 0)) for state in CheckoutStatus),
        ),
        _labelled(
            CounterMetricFamily(
                "ppv_ledger_entries",
                "Entries of the ledger: payments, refunds, disputes, fees.",
                labels=["type"],
            ),
            (([type_], census.movements.get(type_, 0)) for type_ in EntryType),
        ),
        CounterMetricFamily("ppv_deliveries", "Deliveries that reached a buyer.", census.delivered),
        GaugeMetricFamily(
            "ppv_deliveries_pending",
            "Deliveries that are still to be made, including those that wait for their buyer.",
            census.undelivered,
        ),
        _labelled(
            GaugeMetricFamily(
                "ppv_deliveries_overdue",
                "Purchases that wait for long: for us more than an hour, for their buyer more than three days.",
                labels=["waits_for"],
            ),
            ((["us"], len(undelivered.overdue)), (["buyer"], len(undelivered.not_fetched))),
        ),
        GaugeMetricFamily(
            "ppv_blob_store_bytes",
            "Size of the encrypted files whose keys are stored.",
            census.sealed_bytes,
        ),
        GaugeMetricFamily(
            "ppv_blobs_free_bytes",
            "Free space of the file system that stores encrypted files.",
            free_bytes,
        ),
    )


def _labelled(
    family: GaugeMetricFamily | CounterMetricFamily, samples: Iterable[tuple[list[str], float]]
) -> Metric:
    for labels, value in samples:
        family.add_metric(labels, value)
    return family


def _seconds(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
