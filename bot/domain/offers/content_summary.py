"""What is inside an offer, in words: “3 photos, 1 video (2:14), 48 MB”."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.offers.attachment import Attachment, MediaKind
from bot.i18n import Translatable, concat

_NOUNS = {
    MediaKind.IMAGE: ("photo", "photos"),
    MediaKind.VIDEO: ("video", "videos"),
    MediaKind.AUDIO: ("sound file", "sound files"),
    MediaKind.FILE: ("file", "files"),
}
_UNITS = ("bytes", "kB", "MB", "GB")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many there are of one kind."""

    kind: MediaKind
    number: int
    playing_ms: int = 0
    """Of all together; 0 where it is not known."""

    def __str__(self) -> str:
        one, many = _NOUNS[self.kind]
        words = f"{self.number} {one if self.number == 1 else many}"
        return f"{words} ({format_duration(self.playing_ms)})" if self.playing_ms else words


@dataclass(frozen=True, slots=True)
class ContentSummary:
    """Counts by kind, and the size of all together in bytes."""

    kinds: tuple[KindCount, ...]
    size: int

    def __str__(self) -> str:
        return ", ".join([*map(str, self.kinds), format_size(self.size)])


def summarize(attachments: Iterable[Attachment]) -> ContentSummary:
    goods = tuple(attachments)
    by_kind = {kind: [each for each in goods if each.kind is kind] for kind in MediaKind}
    return ContentSummary(
        kinds=tuple(
            KindCount(kind, len(each), sum(a.info.duration_ms or 0 for a in each))
            for kind, each in by_kind.items()
            if each
        ),
        size=sum(each.size for each in goods),
    )


def summary_line(attachments: Iterable[Attachment]) -> Translatable:
    """In words."""
    return concat([summarize(attachments)])


@dataclass(frozen=True, slots=True)
class ByteSize:
    """In bytes."""

    size: int

    def __str__(self) -> str:
        return format_size(self.size)


def format_size(size: int) -> str:
    """A size in bytes as people read it: `48 MB`, `1.5 MB`, `812 bytes`."""
    return " ".join(split_size(size))


def split_size(size: int) -> tuple[str, str]:
    """The same in two parts, amount and unit."""
    amount, unit = float(size), 0
    while amount >= _THOUSAND - 0.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / _THOUSAND, unit + 1
    digits = 1 if unit and amount < 9.95 else 0
    return f"{amount:.{digits}f}".removesuffix(".0"), _UNITS[unit]


def format_duration(milliseconds: int) -> str:
    """A playing time as players show it: `2:14`, `1:02:03`."""
    seconds = max(1, round(milliseconds / 1000))
    hours, minutes = divmod(seconds // 60, 60)
    tail = f"{seconds % 60:02}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"
