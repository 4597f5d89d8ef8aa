"""Somebody's word that an offer should not be there, and what admins have decided about it.

What a notice holds: https://eur-lex.europa.eu/eli/reg/2022/2065/oj, article 16.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from bot.ids import OfferId, ReportId, UserId


class Ground(StrEnum):
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
class Ruling:
    outcome: Outcome
    reasons: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    id: ReportId
    offer: OfferId
    ground: Ground
    words: str = field(repr=False)
    """What is wrong with it."""
    made_at: datetime
    reporter: UserId | None = None
    """None for somebody at a browser."""
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    ruling: Ruling | None = None

    def decided(self, ruling: Ruling) -> Self:
        """The first ruling stands."""
        return self if self.ruling else replace(self, ruling=ruling)
