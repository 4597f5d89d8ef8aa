"""Where an offer stands, what was said there for it, and when it shall go there by itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.local_time import as_typed, in_words
from bot.i18n import Words
from bot.ids import EventId, OfferId, RoomId


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


def kept_list(room: RoomId) -> str:
    """Return the name of the note that holds the list which is kept up to date in a room."""
    return f"kept shop: {room}"


def not_shown(offer: OfferId, room: RoomId) -> str:
    """Return the name of the note that a change of an offer could not be shown in a room."""
    return f"not shown: {offer} {room}"


def awaited(room: RoomId) -> str:
    """Return the name of the note that the bot waits to be let into a room that replaces another one."""
    return f"awaited: {room}"


def replaced(room: RoomId) -> str:
    """Return the name of the note that holds the room which has replaced a room."""
    return f"replaced: {room}"


def posted_again(offer: OfferId, room: RoomId) -> str:
    """Return the name of the note that holds the placeholder that was deleted in a room last."""
    return f"posted again {offer} {room}"
