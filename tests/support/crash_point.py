"""Dying at a place that a test chooses."""

from dataclasses import dataclass


class Killed(BaseException):
    """The program died here. Not an Exception, so that nothing of ours can catch it."""


@dataclass
class CrashPoint:
    """Counts the places where a crash matters, two for each effect, and kills at one of them."""

    kills_at: int | None = None
    places: int = 0

    def pass_(self) -> None:
        self.places += 1
        if self.kills_at == self.places:
            raise Killed
