"""What stands in the records and on the disk, as Prometheus reads it: right whichever process answers."""

from collections.abc import Iterable
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from appservice.db.repositories.sql_stats import DatabaseStats
from bot.domain.money.checkout_attempt import CheckoutStatus
from bot.domain.purchases.ledger import EntryType
from bot.jobs import JOBS
from bot.services.delivery.undelivered import Undelivered

_JOB_STATES = ("waiting", "running", "dead")
"""dead: laid aside for an operator."""


def state_metrics(
    census: DatabaseStats, undelivered: Undelivered, *, now: datetime, free_bytes: int
) -> tuple[Metric, ...]:
    """`free_bytes`: what is left where ciphertexts are stored."""
    none = {(kind, state): 0 for kind in JOBS for state in _JOB_STATES}
    return (
        _labelled(
            GaugeMetricFamily(
                "ppv_jobs",
                "Jobs that are not done, by kind and state; dead ones were laid aside for an operator.",
                labels=["kind", "state"],
            ),
            ((list(which), number) for which, number in sorted({**none, **census.jobs}.items())),
        ),
        GaugeMetricFamily(
            "ppv_oldest_job_seconds",
            "Age of the oldest job that is not done, those left out that were laid aside.",
            _seconds(census.oldest_job, now),
        ),
        GaugeMetricFamily(
            "ppv_job_overdue_seconds",
            "For how long the next job could have been running already.",
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
                "ppv_money_movements",
                "Lines of the ledger: payments, refunds, disputes, fees.",
                labels=["movement"],
            ),
            (([movement], census.movements.get(movement, 0)) for movement in EntryType),
        ),
        CounterMetricFamily(
            "ppv_deliveries", "Rounds of goods that were handed over to a buyer.", census.delivered
        ),
        GaugeMetricFamily(
            "ppv_deliveries_pending",
            "Rounds that are still to be handed over; those that wait for their buyer included.",
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
            "ppv_sealed_bytes", "Ciphertext that we hold the keys to.", census.sealed_bytes
        ),
        GaugeMetricFamily(
            "ppv_blobs_free_bytes", "Room that is left where ciphertexts are stored.", free_bytes
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
