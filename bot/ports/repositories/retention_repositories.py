"""What nobody needs any more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.retention_state import RetentionState
from bot.ids import OfferId, PurchaseId, UserId


@dataclass(frozen=True, slots=True)
class LinkCursor:
    """The last personal link of a batch, in order of creation."""

    created_at: datetime
    purchase: PurchaseId


@dataclass(frozen=True, slots=True)
class LinkBatch:
    """What became of a batch of personal links."""

    removed: int
    last: LinkCursor | None
    """Where the next batch begins; None after the last batch."""


class Leftovers(Protocol):
    async def idle(self, *, after: OfferId | None, limit: int) -> tuple[OfferId, ...]:
        """Drafts, and offers that are off sale or were thrown away, in order of their ids.

        Without those that were ever reported: they are evidence.
        """
        ...

    async def idle_since(self, offer: OfferId) -> RetentionState | None:
        """Since when it is known that nobody has touched it."""
        ...

    async def save_idle(self, offer: OfferId, idle: RetentionState | None) -> None:
        """With None, or another mark than before, nobody has been told any more. Only for an offer that is there."""
        ...

    async def was_noticed(self, offer: OfferId, user: UserId) -> bool:
        """Whether that person was told that something of the offer goes."""
        ...

    async def record_notice(self, offer: OfferId, user: UserId) -> None: ...

    async def remove(self, offer: OfferId) -> None:
        """With all that hangs on it. Only for what nobody has ever paid for or was given."""
        ...

    async def forget_links(
        self, before: datetime, *, now: datetime, after: LinkCursor | None = None, limit: int
    ) -> LinkBatch:
        """Examine up to `limit` older personal links, and remove those that were not and cannot be paid.

        Whether one can be paid at `now`, `CheckoutAttempt.may_be_paid` says.
        """
        ...

    async def forget_reporters(self, before: datetime) -> int:
        """Of how many reports that were decided before then nobody knows any more who made them."""
        ...

    async def forget_heard(self, before: datetime, *, limit: int) -> int:
        """Remove up to `limit` ids of messages that came in before then, and return how many went."""
        ...
