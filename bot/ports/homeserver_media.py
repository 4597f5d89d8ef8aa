"""Files: the homeserver's, and how pictures are looked at."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.offers.attachment import HomeserverCopy, Source
from bot.errors import OperatorError, TemporaryError, UserError
from bot.ids import MxcUri, UserId


class MediaGone(TemporaryError):
    """A reserved address has lapsed, or the bytes there are gone."""


class NotTaken(OperatorError):
    """The media repository will not take a file, however often it is asked."""


class FileTooLarge(NotTaken):
    """A file is larger than the media repository takes."""


class NoPicture(UserError):
    """A file that no thumbnail and no teaser can be made from; the words say why, behind a colon."""


class Media(Protocol):
    """The homeserver's media repository."""

    def download(self, source: Source) -> AsyncIterator[bytes]:
        """The bytes as they lie there. Raises UserError when they are gone."""
        ...

    async def reserve(self, size: int) -> MxcUri:
        """An address for so many bytes that come later, so that it can be stored first.

        Raises FileTooLarge and NotTaken.
        """
        ...

    async def largest(self) -> int | None:
        """The most bytes that one file may have, as asked a moment ago; None where that is not known.

        Never raises.
        """
        ...

    async def upload(
        self, url: MxcUri, chunks: AsyncIterator[bytes], *, size: int, mimetype: str
    ) -> None:
        """Fill a reserved address. Filled already: nothing happens.

        Raises MediaGone if it lapsed, FileTooLarge and NotTaken.
        """
        ...

    async def has(self, url: MxcUri) -> bool:
        """Whether the bytes are (still) there. Raises NotTaken."""
        ...

    async def purge(self, url: MxcUri, owner: UserId) -> HomeserverCopy:
        """Delete the homeserver's copy, with the thumbnails that it made of it, if `owner` uploaded it."""
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was looked at."""

    width: int
    height: int
    thumbnail: bytes
    thumbnail_mimetype: str
    thumbnail_width: int
    thumbnail_height: int
    teaser: bytes | None
    """A PNG of at most 16 pixels on its long side, from which no detail can be had back; None where even
    the smallest would give the picture away."""


@dataclass(slots=True)
class Metadata:
    """What a picture or a film says beside what is seen and heard; complete once it was read to its end."""

    place: bool = False
    """It said where it was taken."""
    removed: bool = False
    """Something was taken out of it, or would be."""
    unknown: bool = False
    """Something may still be in it, because its format is not known, or it is malformed."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart."""

    label: str
    height: float
    words: str
    """What stands above it."""


class Pictures(Protocol):
    def type_of(self, head: bytes) -> str | None:
        """The media type of a file that begins so; None for what is not certain."""
        ...

    def without_metadata(self, file: AsyncIterator[bytes], found: Metadata) -> AsyncIterator[bytes]:
        """Yield the same picture, orientation, colours and sound, without place and camera."""
        ...

    def with_metadata(self, file: AsyncIterator[bytes], found: Metadata) -> AsyncIterator[bytes]:
        """Yield the file as it is, and find what `without_metadata` would."""
        ...

    async def look(self, file: bytes) -> Picture:
        """Raises NoPicture for whatever cannot be decoded, and nothing else."""
        ...

    async def bars(self, title: str, bars: Sequence[Bar]) -> tuple[bytes, int, int]:
        """A bar chart as a PNG; its width and height."""
        ...

    async def qr_code(self, words: str) -> tuple[bytes, int, int]:
        """Words to be scanned, as a PNG; its width and height."""
        ...

    async def enlarge(self, teaser: bytes) -> tuple[bytes, int, int]:
        """The teaser as a PNG that clients show in a good size, in squares; its width and height."""
        ...
