"""What was asked of the emulator, kept for tests to look at."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CapturedRequest:
    """One API request as it came in, refused ones included.

    `params` are typed as Stripe's schema reads them; what it does not know stays a string.
    `operation` is the path with placeholders ("/v1/refunds/{refund}"), None for unknown addresses.
    """

    method: str
    path: str
    operation: str | None
    params: dict[str, Any]
    idempotency_key: str | None
    api_version: str | None
    request_id: str
    account: str | None = None
    """The connected account that it was made for."""
