"""A clock that goes on when a test says so."""

from datetime import UTC, datetime, timedelta


class FrozenClock:
    def __init__(self, at: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by
