"""What the bot says in rooms, for all to read."""

from dataclasses import dataclass, field

from bot.attachment import Kind, MediaInfo
from bot.crypto.encrypted_file import EncryptedFile
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
