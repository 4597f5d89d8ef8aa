"""Where an offer stands, what was said there for it, and when it shall go there by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.local_time import format_local_time, to_form_value
from bot.i18n import Translatable
from bot.ids import EventId, RoomId


@dataclass(frozen=True, slots=True)
class Listing:
    """An offer in one room, and the events that stand for it there."""

    room: RoomId
    placeholder: EventId | None = None
    teaser: EventId | None = None
    posted_completely: bool = False
    """All that belongs to it is posted: reaction and free previews too."""


@dataclass(frozen=True, slots=True)
class CollectWindow:
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
class Schedule:
    """When a draft goes on sale by itself, and where."""

    at: datetime
    zone: str
    """As the seller named it: a city's, or an offset."""
    rooms: tuple[RoomId, ...]

    @property
    def display(self) -> Translatable:
        return format_local_time(self.at, self.zone)

    @property
    def form_value(self) -> str:
        return to_form_value(self.at, self.zone)
