"""For how long what nobody needs any more is kept, and when somebody is told before it goes."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """None stands for ever."""

    drafts: timedelta | None
    """Since anything in it was changed."""
    withdrawn: timedelta | None
    """What is known of an offer that is off sale and that nobody bought."""
    goods: timedelta | None
    """The files of an offer that is off sale, since they were handed over last."""
    links: timedelta | None
    """Personal links that nothing was paid by."""
    reports: timedelta | None
    """Who made a report, since it was decided."""
    heard: timedelta | None
    """The names of messages that were heard."""
    notice: timedelta
    """So long before it goes somebody is told."""


class Step(StrEnum):
    WAIT = "wait"
    NOTICE = "notice"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Idle:
    """Something that nobody has touched since then."""

    mark: str
    """How it was: with anything that changes in it, the time begins anew."""
    since: datetime
    noticed_at: datetime | None = None
    """When all whom it concerns had been told."""

    def noticed(self, at: datetime) -> Self:
        return replace(self, noticed_at=at)

    def goes_at(self, kept: timedelta, notice: timedelta, now: datetime) -> datetime:
        """When it is removed, if they are told now."""
        return max(now + notice, self.since + kept)

    def next_step(self, kept: timedelta, notice: timedelta, now: datetime) -> Step:
        """Nothing is removed that nobody was told of long enough before."""
        if self.noticed_at is None:
            return Step.NOTICE if now - self.since >= kept - notice else Step.WAIT
        due = now - self.since >= kept and now - self.noticed_at >= notice
        return Step.REMOVE if due else Step.WAIT

    def continues(self, before: "Idle") -> bool:
        """Whether it is the same idle time, so that who was told before need not be told again."""
        return (self.mark, self.since) == (before.mark, before.since)
