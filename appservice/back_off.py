"""Pauses before a job is retried: exponential back-off with jitter."""

from datetime import timedelta

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 600.0
_FIRST_FAILED_PAUSE = timedelta(minutes=10)
_LONGEST_FAILED_PAUSE = timedelta(days=1)


def back_off(attempts: int, retry_after: float | None, jitter: float) -> timedelta:
    """Return a pause that doubles with each attempt, from a second to ten minutes; at least `retry_after` seconds.

    `jitter`, between 0 and 1, keeps jobs from being retried all at once.
    """
    doubled = min(_FIRST_PAUSE_SECONDS * 2.0 ** min(attempts - 1, 30), _LONGEST_PAUSE_SECONDS)
    spread = doubled * (1 + jitter) / 2
    return timedelta(seconds=max(spread, (retry_after or 0.0) * (1 + jitter / 10)))


def failed_job_pause(times_failed: int, jitter: float) -> timedelta:
    """Return the pause before a failed `Owed` job is retried: from ten minutes to a day."""
    doubled = min(_FIRST_FAILED_PAUSE * 2.0 ** min(times_failed, 10), _LONGEST_FAILED_PAUSE)
    return doubled * (1 + jitter) / 2
