"""Where an offer stands, what was said there for it, and when it shall go there by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.local_time import as_typed, in_words
from bot.i18n import Words
from bot.ids import EventId, RoomId


@dataclass(frozen=True, slots=True)
class Listing:
    """An offer in one room, and the events that stand for it there."""

    room: RoomId
    placeholder: EventId | None = None
    teaser: EventId | None = None
    finished: bool = False
    """All that belongs to it is posted: reaction and free previews too."""


@dataclass(frozen=True, slots=True)
class Flag:
    """The words that put a price on what their sender posts in a room."""

    room: RoomId
    command: EventId
    window: timedelta = timedelta()
    """How long each further attachment keeps the bot listening."""
    until: datetime | None = None
    """It listens till then for more attachments; None when it does not, or no longer."""
    answer: EventId | None = None
    """The line in which the bot said that it listens."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When a draft goes on sale by itself, and where."""

    at: datetime
    zone: str
    """As the seller named it: a city's, or an offset."""
    rooms: tuple[RoomId, ...]

    @property
    def words(self) -> Words:
        return in_words(self.at, self.zone)

    @property
    def typed(self) -> str:
        return as_typed(self.at, self.zone)
