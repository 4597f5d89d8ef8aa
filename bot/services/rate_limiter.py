"""How fast one person, room or visitor may go: so many in a minute, a whole minute's share at once if need be."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bot.ports import Clock

_REMEMBERED = 10_000


class Verdict(Enum):
    GO = auto()
    TOO_FAST = auto()
    """For the first time since all was well: worth a word."""
    STILL_TOO_FAST = auto()
    """They were told."""


@dataclass(slots=True)
class _Share:
    left: float
    at: datetime
    told: bool = False


class Pace:
    """Kept in memory, of those who were seen last: a restart, or being forgotten, gives a full share again."""

    def __init__(self, per_minute: int, clock: Clock, *, remembered: int = _REMEMBERED) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._remembered = remembered
        self._shares: OrderedDict[str, _Share] = OrderedDict()

    def __call__(self, who: str) -> Verdict:
        """Takes one of what `who` has left."""
        share = self._refilled(who)
        if share.left >= 1:
            share.left -= 1
            share.told = False
            return Verdict.GO
        first, share.told = not share.told, True
        return Verdict.TOO_FAST if first else Verdict.STILL_TOO_FAST

    def _refilled(self, who: str) -> _Share:
        now = self._clock.now()
        share = self._shares.setdefault(who, _Share(self._per_minute, now))
        self._shares.move_to_end(who)
        if len(self._shares) > self._remembered:
            self._shares.popitem(last=False)
        passed = max(0.0, (now - share.at).total_seconds())
        share.left = min(self._per_minute, share.left + passed * self._per_minute / 60)
        share.at = now
        return share
