"""What the bot says in rooms, for all to read."""

from dataclasses import dataclass, field

from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.ids import MxcUri, UserId


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
class Ended:
    """What the placeholder says once the offer is off sale."""

    text: str = field(repr=False)
    code: str
    link: str = ""
    """To the offer's page, which has the whole text."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What stands in a room in the place of an offer that was taken down: nothing of its own."""

    code: str


@dataclass(frozen=True, slots=True)
class ShopEntry:
    """One offer in a room's list."""

    code: str
    text: str = field(repr=False)
    contents: str
    price: str


@dataclass(frozen=True, slots=True)
class Shop:
    """What is on sale in a room."""

    entries: tuple[ShopEntry, ...]
    more: int
    """So many more are not listed."""
    searched: bool
    """These are what somebody looked for, not all there is."""
    kept: bool = False
    """It is always up to date."""


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
    kind: MediaKind
    info: MediaInfo
    where: MxcUri | EncryptedFile
