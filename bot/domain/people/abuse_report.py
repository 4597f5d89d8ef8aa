"""Somebody's word that an offer should not be there, and what admins have decided about it.

What a notice holds: https://eur-lex.europa.eu/eli/reg/2022/2065/oj, article 16.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.ids import OfferId, ReportId, UserId


class ReportCategory(StrEnum):
    """What is the matter."""

    ILLEGAL = "illegal"
    MINORS = "minors"
    """Sexual abuse of minors: whoever reports that need not say who they are."""
    STOLEN = "stolen"
    """Somebody else's work."""
    PERSON = "person"
    """It shows somebody who does not want that."""
    FRAUD = "fraud"
    """It is not what was promised."""
    OTHER = "other"


class Outcome(StrEnum):
    UPHELD = "upheld"
    """The offer was taken down."""
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    outcome: Outcome
    reason: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    id: ReportId
    offer: OfferId
    category: ReportCategory
    description: str = field(repr=False)
    """What is wrong with it."""
    created_at: datetime
    reporter: UserId | None = None
    """None for somebody at a browser."""
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    decision: Decision | None = None

    def with_decision(self, ruling: Decision) -> Self:
        """The first ruling stands."""
        return self if self.decision else replace(self, decision=ruling)
