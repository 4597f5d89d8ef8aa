"""What is inside an offer, in words: “3 photos, 1 video (2:14), 48 MB”."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.offers.attachment import Attachment, Kind
from bot.i18n import Words, together

_NOUNS = {
    Kind.IMAGE: ("photo", "photos"),
    Kind.VIDEO: ("video", "videos"),
    Kind.AUDIO: ("sound file", "sound files"),
    Kind.FILE: ("file", "files"),
}
_UNITS = ("bytes", "kB", "MB", "GB")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are of one kind."""

    kind: Kind
    number: int
    playing_ms: int = 0
    """Of all together; 0 where it is not known."""

    def __str__(self) -> str:
        one, many = _NOUNS[self.kind]
        words = f"{self.number} {one if self.number == 1 else many}"
        return f"{words} ({duration_in_words(self.playing_ms)})" if self.playing_ms else words


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts by kind, and the size of all together in bytes."""

    kinds: tuple[Counted, ...]
    size: int

    def __str__(self) -> str:
        return ", ".join([*map(str, self.kinds), size_in_words(self.size)])


def contents_of(attachments: Iterable[Attachment]) -> Contents:
    goods = tuple(attachments)
    by_kind = {kind: [each for each in goods if each.kind is kind] for kind in Kind}
    return Contents(
        kinds=tuple(
            Counted(kind, len(each), sum(a.info.duration_ms or 0 for a in each))
            for kind, each in by_kind.items()
            if each
        ),
        size=sum(each.size for each in goods),
    )


def contents(attachments: Iterable[Attachment]) -> Words:
    """In words."""
    return together([contents_of(attachments)])


@dataclass(frozen=True, slots=True)
class Size:
    """In bytes."""

    size: int

    def __str__(self) -> str:
        return size_in_words(self.size)


def size_in_words(size: int) -> str:
    """A size in bytes as people read it: `48 MB`, `1.5 MB`, `812 bytes`."""
    return " ".join(scaled(size))


def scaled(size: int) -> tuple[str, str]:
    """The same in two parts, amount and unit."""
    amount, unit = float(size), 0
    while amount >= _THOUSAND - 0.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / _THOUSAND, unit + 1
    digits = 1 if unit and amount < 9.95 else 0
    return f"{amount:.{digits}f}".removesuffix(".0"), _UNITS[unit]


def duration_in_words(milliseconds: int) -> str:
    """A playing time as players show it: `2:14`, `1:02:03`."""
    seconds = max(1, round(milliseconds / 1000))
    hours, minutes = divmod(seconds // 60, 60)
    tail = f"{seconds % 60:02}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"
