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
    purchased_files: timedelta | None
    """The files of an offer that is off sale, since they were handed over last."""
    links: timedelta | None
    """Personal links that nothing was paid by."""
    reports: timedelta | None
    """Who made a report, since it was decided."""
    inbox: timedelta | None
    """The names of messages that were heard."""
    notice: timedelta
    """So long before it goes somebody is told."""


class Step(StrEnum):
    WAIT = "wait"
    NOTICE = "notice"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class RetentionState:
    """Something that nobody has touched since then."""

    fingerprint: str
    """How it was: with anything that changes in it, the time begins anew."""
    since: datetime
    notified_at: datetime | None = None
    """When all whom it concerns had been told."""

    def notified(self, at: datetime) -> Self:
        return replace(self, notified_at=at)

    def removed_at(self, kept: timedelta, notice: timedelta, now: datetime) -> datetime:
        """When it is removed, if they are told now."""
        return max(now + notice, self.since + kept)

    def next_step(self, kept: timedelta, notice: timedelta, now: datetime) -> Step:
        """Nothing is removed that nobody was told of long enough before."""
        if self.notified_at is None:
            return Step.NOTICE if now - self.since >= kept - notice else Step.WAIT
        due = now - self.since >= kept and now - self.notified_at >= notice
        return Step.REMOVE if due else Step.WAIT

    def continues(self, before: "RetentionState") -> bool:
        """Whether it is the same idle time, so that who was told before need not be told again."""
        return (self.fingerprint, self.since) == (before.fingerprint, before.since)
