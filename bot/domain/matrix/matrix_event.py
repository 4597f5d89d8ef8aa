"""What we understand of Matrix events, already parsed and cleaned of what clients add."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.offers.attachment import MediaInfo, MediaKind, Source
from bot.domain.people.cross_signing import Author
from bot.ids import EventId, RoomId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMeta:
    """Who sent what where and when: the part that all events share."""

    event: EventId
    room: RoomId
    sender: UserId
    sent_at: datetime
    encrypted: bool = False
    """It travelled end-to-end encrypted."""
    thread: EventId | None = None
    """The root of the thread that it was said in."""
    author: Author | None = None
    """The device that encrypted it; None for what a gate took out, which looked at the device itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """Words; of an edit, the new ones."""

    origin: EventMeta
    text: str = field(repr=False)
    reply_to: EventId | None = None
    replaces: EventId | None = None
    caption: bool = False
    """Of a file, edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaMessage:
    """One attachment, perhaps with a caption."""

    origin: EventMeta
    name: str = field(repr=False)
    kind: MediaKind
    info: MediaInfo
    source: Source
    thumbnail: Source | None = None
    caption: str = field(default="", repr=False)
    intercepted: bool = False
    """A gate took it out before it came into the room; `origin` is that of what stands in its place."""
    price_flag: str | None = None
    """The price in the event's content, as text: `5.00 USD`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gallery:
    """Several attachments in one event, which we do not sell."""

    origin: EventMeta
    priced: bool
    """For sale, as its sender meant it."""
    intercepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsellable:
    """A sticker, a poll or a place on the map."""

    origin: EventMeta
    kind: str
    """`sticker`, `poll` or `location`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    origin: EventMeta
    target: EventId
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    origin: EventMeta
    target: EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """Somebody wants the bot in a room.

    All of it is a hint: who truly invited is known after joining, and a direct chat is proved by its state.
    """

    origin: EventMeta
    direct: bool
    stripped: bool = False
    """Another homeserver may have made it up, its sender included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined:
    """Somebody came into a room, or changed name or picture there."""

    origin: EventMeta
    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft:
    """Somebody left a room, was removed, or turned an invitation down."""

    origin: EventMeta
    user: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A room is replaced by another one. It is a hint: the room's current state names the replacement.

    https://spec.matrix.org/v1.17/client-server-api/#room-upgrades
    """

    origin: EventMeta


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLevels:
    """Who may do what in a room was changed. It is a hint: the bot tries again what it was refused.

    https://spec.matrix.org/v1.17/client-server-api/#mroompower_levels
    """

    origin: EventMeta


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecryptable:
    """An encrypted event."""

    origin: EventMeta


Event = (
    TextMessage
    | MediaMessage
    | Gallery
    | Unsellable
    | Reaction
    | Redaction
    | Invite
    | MemberJoined
    | MemberLeft
    | Tombstone
    | PowerLevels
    | Undecryptable
)
