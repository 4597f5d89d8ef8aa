"""What the bot says, as data. How it looks is decided where it is rendered."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.attachment import Kind, MediaInfo
from bot.crypto.encrypted_file import EncryptedFile
from bot.ids import MxcUri, UserId

# --- to anybody


@dataclass(frozen=True, slots=True)
class Welcome:
    """The first words in a new direct room."""

    may_sell: bool
    too_open: bool = False
    """Direct rooms must be encrypted, and this one is not."""


@dataclass(frozen=True, slots=True)
class RoomWelcome:
    """The first words in a room with others."""


@dataclass(frozen=True, slots=True)
class Help:
    may_sell: bool
    currency: str


@dataclass(frozen=True, slots=True)
class Line:
    """One plain sentence, such as the reason of a refusal."""

    words: str


@dataclass(frozen=True, slots=True)
class CannotRead:
    """The answer to an encrypted message."""


@dataclass(frozen=True, slots=True)
class KeyMissing:
    """The answer to an encrypted message whose key has not come."""

    bot: UserId


# --- to sellers


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One line of a draft."""

    number: int
    name: str = field(repr=False)
    about: str
    """Kind, size, duration and dimensions, in words."""
    free: bool
    sealed: bool
    fault: str | None


@dataclass(frozen=True, slots=True)
class DraftCard:
    """A draft as its seller sees it, and what is still missing."""

    text: str = field(repr=False)
    price: str | None
    items: tuple[DraftItem, ...]
    next_step: str


@dataclass(frozen=True, slots=True)
class PreviewBefore:
    """What follows is what people see who have not paid."""


@dataclass(frozen=True, slots=True)
class PreviewAfter:
    """What follows is what a buyer gets."""


@dataclass(frozen=True, slots=True)
class Listening:
    """The bot waits for attachments in a room."""

    price: str
    minutes: int
    limit: int


@dataclass(frozen=True, slots=True)
class Published:
    seller: UserId
    code: str
    price: str
    contents: str
    rooms: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Exposed:
    """The honest truth about attachments that stood in a room before they were taken out."""

    files: int
    seconds: float
    """From the homeserver's time stamp of the message to its redaction."""
    purged: bool
    """The homeserver's own copies are deleted as well."""


@dataclass(frozen=True, slots=True)
class Sold:
    seller: UserId
    buyer: UserId
    code: str
    price: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class OwnGoods:
    """What follows are the seller's own goods."""

    code: str


# --- in the room


@dataclass(frozen=True, slots=True)
class Placeholder:
    """The public message that stands for an offer."""

    text: str = field(repr=False)
    price: str
    contents: str
    free: int
    """How many free previews follow."""
    seller: UserId
    seller_name: str = field(repr=False)
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class TeaserPicture:
    """A pixelated picture of the goods."""

    where: MxcUri | EncryptedFile
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FreePreview:
    """An attachment that all may see."""

    name: str = field(repr=False)
    kind: Kind
    info: MediaInfo
    where: MxcUri | EncryptedFile


# --- to buyers


@dataclass(frozen=True, slots=True)
class PersonalLink:
    buyer: UserId
    text: str = field(repr=False)
    price: str
    contents: str
    seller_name: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bought:
    """The line that says what was bought; the goods are replies to it."""

    buyer: UserId
    text: str = field(repr=False)
    contents: str
    seller: UserId
    seller_name: str = field(repr=False)
    again: bool
    """Delivered before, and asked for once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsThumbnail:
    file: EncryptedFile
    mimetype: str
    size: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """One attachment, with the key that opens it."""

    name: str = field(repr=False)
    kind: Kind
    info: MediaInfo
    size: int
    file: EncryptedFile
    thumbnail: GoodsThumbnail | None


@dataclass(frozen=True, slots=True)
class Receipt:
    code: str
    price: str
    seller: UserId
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class LibraryEntry:
    code: str
    text: str = field(repr=False)
    price: str
    paid_on: datetime


@dataclass(frozen=True, slots=True)
class Library:
    entries: tuple[LibraryEntry, ...]


Message = (
    Welcome | RoomWelcome | Help | Line | CannotRead | KeyMissing
    | DraftCard | PreviewBefore | PreviewAfter | Listening | Published | Exposed | Sold | OwnGoods
    | Placeholder | TeaserPicture | FreePreview
    | PersonalLink | Bought | Goods | Receipt | Library
)  # fmt: skip
