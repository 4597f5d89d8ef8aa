"""Rooms that are replaced by others."""

from dataclasses import dataclass

from bot.ids import RoomId
from bot.jobs.job import Owed


@dataclass(frozen=True, slots=True)
class FollowUpgrade(Owed):
    """Go into the room that has replaced another one, and take along what belongs to the old one."""

    room: RoomId
    """The old one."""
    via: str
    """A homeserver that is likely to be in the new one."""

    @property
    def lock(self) -> str:
        return f"upgrade:{self.room}"
