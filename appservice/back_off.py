"""Pauses before a job is tried again."""

from datetime import timedelta

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 600.0
_FIRST_PAUSE_ASIDE = timedelta(minutes=10)
_LONGEST_PAUSE_ASIDE = timedelta(days=1)


def back_off(tries: int, asked: float | None, jitter: float) -> timedelta:
    """Twice as long each time, from a second to ten minutes, but no less than the `asked` seconds.

    `jitter`, between 0 and 1, spreads it so that not all come back at once.
    """
    doubled = min(_FIRST_PAUSE_SECONDS * 2.0 ** min(tries - 1, 30), _LONGEST_PAUSE_SECONDS)
    spread = doubled * (1 + jitter) / 2
    return timedelta(seconds=max(spread, (asked or 0.0) * (1 + jitter / 10)))


def pause_aside(times: int, jitter: float) -> timedelta:
    """Before an owed job that was laid aside `times` times before is tried again: from ten minutes to a day."""
    doubled = min(_FIRST_PAUSE_ASIDE * 2.0 ** min(times, 10), _LONGEST_PAUSE_ASIDE)
    return doubled * (1 + jitter) / 2
