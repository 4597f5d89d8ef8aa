"""How much there is to do, and what was laid aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much there is to do."""

    waiting: int = 0
    running: int = 0
    dead: int = 0
    oldest: datetime | None = None
    """When the oldest job came that is not done, the dead left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadJob:
    """A job that was laid aside for an operator to look at."""

    id: int
    kind: str
    fields: Mapping[str, Any] = field(repr=False)
    created_at: datetime
    claims: int
    error: str
    again_at: datetime | None = None
    """When it is tried again by itself; None where an operator has to ask for it."""
