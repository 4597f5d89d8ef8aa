"""For how long what nobody needs any more is kept."""

from typing import Self

from pydantic import Field, model_validator

from config.sections.section import Section

_HEARD_AT_LEAST = 40
"""Stripe tells of an event for 30 days."""


class Retention(Section):
    """Days; 0 for ever. What belongs to somebody goes only after they were told."""

    drafts: int = Field(default=180, ge=0, le=36500)
    """Drafts in which nothing was changed."""
    withdrawn: int = Field(default=365, ge=0, le=36500)
    """What is known of offers that are off sale and that nobody bought."""
    goods: int = Field(default=0, ge=0, le=36500)
    """Files of offers that are off sale, since they were handed over last."""
    links: int = Field(default=365, ge=0, le=36500)
    """Personal links that nothing was paid by."""
    reports: int = Field(default=365, ge=0, le=36500)
    """Who made a report, since it was decided."""
    heard: int = Field(default=180, ge=0, le=36500)
    """The names of messages that were heard, so that none is heard twice."""
    notice: int = Field(default=14, ge=1, le=365)
    """So long before something goes its people are told."""

    @model_validator(mode="after")
    def _nothing_is_heard_twice(self) -> Self:
        if 0 < self.heard < _HEARD_AT_LEAST:
            raise ValueError(f"heard must be {_HEARD_AT_LEAST} days or more, or 0")
        return self
