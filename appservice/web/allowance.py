"""How often something may be asked for."""

import time
from collections.abc import Callable

from cachetools import TTLCache

_MOST_KEYS = 10_000


class Allowance:
    """So many times in so many seconds for each key, from its first time on. Kept in memory."""

    def __init__(
        self, times: int, seconds: float, *, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._times = times
        self._left: TTLCache[str, list[None]] = TTLCache(_MOST_KEYS, seconds, timer)

    def take(self, key: str) -> bool:
        """Whether it may be; counts if so."""
        left = self._left.get(key)
        if left is None:
            left = self._left[key] = [None] * self._times
        if left:
            left.pop()
            return True
        return False
