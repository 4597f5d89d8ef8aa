"""What is inside an offer, in words: “3 photos, 1 video (2:14), 48 MB”."""

from collections.abc import Iterable

from bot.attachment import Attachment, Kind

_NOUNS = {
    Kind.IMAGE: ("photo", "photos"),
    Kind.VIDEO: ("video", "videos"),
    Kind.AUDIO: ("sound file", "sound files"),
    Kind.FILE: ("file", "files"),
}
_UNITS = ("bytes", "kB", "MB", "GB")
_THOUSAND = 1000


def contents(attachments: Iterable[Attachment]) -> str:
    """Counts by kind, playing times where they are known, and the size of all together."""
    goods = tuple(attachments)
    counted = [_counted(kind, [a for a in goods if a.kind is kind]) for kind in Kind]
    return ", ".join([*filter(None, counted), size_in_words(sum(a.size for a in goods))])


def _counted(kind: Kind, goods: list[Attachment]) -> str:
    if not goods:
        return ""
    one, many = _NOUNS[kind]
    words = f"{len(goods)} {one if len(goods) == 1 else many}"
    playing = sum(a.info.duration_ms or 0 for a in goods)
    return f"{words} ({duration_in_words(playing)})" if playing else words


def size_in_words(size: int) -> str:
    """A size in bytes as people read it: `48 MB`, `1.5 MB`, `812 bytes`."""
    amount, unit = float(size), 0
    while amount >= _THOUSAND - 0.5 and unit < len(_UNITS) - 1:
        amount, unit = amount / _THOUSAND, unit + 1
    digits = 1 if unit and amount < 9.95 else 0
    return f"{amount:.{digits}f} {_UNITS[unit]}".replace(".0 ", " ")


def duration_in_words(milliseconds: int) -> str:
    """A playing time as players show it: `2:14`, `1:02:03`."""
    seconds = max(1, round(milliseconds / 1000))
    hours, minutes = divmod(seconds // 60, 60)
    tail = f"{seconds % 60:02}"
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"
