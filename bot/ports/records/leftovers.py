"""What nobody needs any more."""

from datetime import datetime
from typing import Protocol

from bot.ids import OfferId


class Leftovers(Protocol):
    async def idle(self, *, after: OfferId | None, limit: int) -> tuple[OfferId, ...]:
        """Drafts, and offers that are off sale or were thrown away, in order of their ids.

        Without those that were ever reported: they are evidence.
        """
        ...

    async def remove(self, offer: OfferId) -> None:
        """With all that hangs on it. Only for what nobody has ever paid for or was given."""
        ...

    async def forget_links(self, before: datetime) -> int:
        """How many personal links went that are older and that nothing was, or may be, paid by."""
        ...

    async def forget_reporters(self, before: datetime) -> int:
        """Of how many reports that were decided before then nobody knows any more who made them."""
        ...

    async def forget_heard(self, before: datetime) -> None:
        """Which messages of a homeserver's or a processor's came in before then."""
        ...
