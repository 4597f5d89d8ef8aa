"""Counts of jobs, and the failed ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStats:
    waiting: int = 0
    running: int = 0
    failed: int = 0
    oldest_created_at: datetime | None = None
    """When the oldest job was added that is neither done nor failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job that was given up. An operator can retry or delete it."""

    id: int
    kind: str
    fields: Mapping[str, Any] = field(repr=False)
    created_at: datetime
    attempts: int
    error: str
    retry_at: datetime | None = None
    """When it is retried automatically; None if never."""
