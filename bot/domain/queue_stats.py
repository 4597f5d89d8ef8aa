"""How much there is to do, and what was laid aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    """How much there is to do."""

    waiting: int = 0
    running: int = 0
    failed: int = 0
    oldest_created_at: datetime | None = None
    """When the oldest job came that is not done, the dead left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job that was laid aside for an operator to look at."""

    id: int
    kind: str
    fields: Mapping[str, Any] = field(repr=False)
    created_at: datetime
    claims: int
    error: str
    again_at: datetime | None = None
    """When it is tried again by itself; None where an operator has to ask for it."""
