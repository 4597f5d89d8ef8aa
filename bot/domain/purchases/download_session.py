"""A claim: a browser that wants to open what somebody bought, and the proof that it is the buyer's."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from bot.ids import ClaimId, PurchaseId

CODE_LASTS = timedelta(minutes=10)
"""For so long a code can be typed."""
PROOF_LASTS = timedelta(hours=12)
"""For so long the browser may open the goods after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The personal link alone opens nothing: people pass it on so that somebody else pays for them."""

    id: ClaimId
    """Of the secret in the browser's cookie, from which it cannot be told."""
    purchase: PurchaseId
    code: str = field(repr=False)
    """Six digits that the page shows and the buyer types in a chat."""
    made_at: datetime
    proven_at: datetime | None = None

    def can_be_proven(self, now: datetime) -> bool:
        return self.proven_at is None and now - self.made_at < CODE_LASTS

    def opens(self, now: datetime) -> bool:
        return self.proven_at is not None and now - self.proven_at < PROOF_LASTS

    def proven(self, now: datetime) -> Self:
        return replace(self, proven_at=now)
