"""The few types that every part of the emulator shares."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

API_VERSION = "2026-05-27.dahlia"
"""The one API version that is spoken, as the `Stripe-Version` header names it."""

StripeObject = dict[str, Any]
"""A JSON object in the shape that Stripe's API documents for it."""

Clock = Callable[[], float]
"""Seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Cause:
    """The API request that made something happen; empty for what happens outside the API."""

    request_id: str | None = None
    idempotency_key: str | None = None


OUTSIDE_THE_API = Cause()
"""A buyer on the hosted page, a person in the Dashboard, a bank."""
