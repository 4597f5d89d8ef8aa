"""Waking those who wait for a purchase to change."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bot.ids import PurchaseId


class PurchaseNotifier:
    """Of this process; what another one changes is not heard of."""

    def __init__(self) -> None:
        self._waiting: dict[PurchaseId, set[asyncio.Event]] = {}

    @contextmanager
    def subscribe(self, purchase: PurchaseId) -> Iterator[asyncio.Event]:
        """Set with each change that is committed, until the block ends."""
        changed = asyncio.Event()
        waiting = self._waiting.setdefault(purchase, set())
        waiting.add(changed)
        try:
            yield changed
        finally:
            waiting.discard(changed)
            if not waiting and self._waiting.get(purchase) is waiting:
                del self._waiting[purchase]

    def notify(self, purchases: Iterable[PurchaseId]) -> None:
        for purchase in purchases:
            for changed in self._waiting.get(purchase, ()):
                changed.set()
