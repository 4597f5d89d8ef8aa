"""How fast one person, room or visitor may go: so many in a minute, a whole minute's share at once if need be."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.ports import Clock

_REMEMBERED = 10_000


class RateDecision(Enum):
    ALLOWED = auto()
    LIMITED_FIRST = auto()
    """For the first time since all was well: worth a word."""
    LIMITED = auto()
    """They were told."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime
    told: bool = False


class RateLimiter:
    """Kept in memory, of those who were seen last: a restart, or being forgotten, gives a full share again."""

    def __init__(self, per_minute: int, clock: Clock, *, remembered: int = _REMEMBERED) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._remembered = remembered
        self._shares: OrderedDict[str, _Bucket] = OrderedDict()

    def __call__(self, who: str) -> RateDecision:
        """Takes one of what `who` has left."""
        share = self._refilled(who)
        if share.left >= 1:
            share.left -= 1
            share.told = False
            return RateDecision.ALLOWED
        first, share.told = not share.told, True
        return RateDecision.LIMITED_FIRST if first else RateDecision.LIMITED

    def _refilled(self, who: str) -> _Bucket:
        now = self._clock.now()
        share = self._shares.setdefault(who, _Bucket(self._per_minute, now))
        self._shares.move_to_end(who)
        if len(self._shares) > self._remembered:
            self._shares.popitem(last=False)
        passed = max(0.0, (now - share.at).total_seconds())
        share.left = min(self._per_minute, share.left + passed * self._per_minute / 60)
        share.at = now
        return share
