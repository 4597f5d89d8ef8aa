"""A claim: a browser that wants to open what somebody bought, and the proof that it is the buyer's."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from bot.ids import ClaimId, PurchaseId

USER_CODE_TTL = timedelta(minutes=10)
"""For so long a code can be typed."""
DOWNLOAD_SESSION_TTL = timedelta(hours=12)
"""For so long the browser may open the goods after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadSession:
    """The personal link alone opens nothing: people pass it on so that somebody else pays for them."""

    id: ClaimId
    """Of the secret in the browser's cookie, from which it cannot be told."""
    purchase: PurchaseId
    user_code: str = field(repr=False)
    """Six digits that the page shows and the buyer types in a chat."""
    created_at: datetime
    verified_at: datetime | None = None

    def can_be_verified(self, now: datetime) -> bool:
        return self.verified_at is None and now - self.created_at < USER_CODE_TTL

    def is_valid(self, now: datetime) -> bool:
        return self.verified_at is not None and now - self.verified_at < DOWNLOAD_SESSION_TTL

    def verified(self, now: datetime) -> Self:
        return replace(self, verified_at=now)
