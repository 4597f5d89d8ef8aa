"""Names of files that strangers chose, made fit for every system."""

import re
import unicodedata
from collections.abc import Iterable

from bot.domain.people.display_names import one_line

LONGEST_FILE_NAME = 255
_LONGEST_ENDING = 16
_LONGEST_SAVED_BYTES = 255
"""In UTF-8: the most that ext4 and APFS take. NTFS takes 255 units of UTF-16, which are never more."""
_FORBIDDEN = str.maketrans(
    {'"': "'"} | dict.fromkeys("<>:/\\|?*", "_") | dict.fromkeys(range(32), "_")
)
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\.|$)", re.IGNORECASE
)


def file_name(said: str) -> str:
    """A name that every system takes: leads to no other folder, hides nothing, is never empty."""
    last = re.split(r"[/\\]", said)[-1]
    name = one_line(last, 4 * LONGEST_FILE_NAME).lstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST_FILE_NAME and dot and len(ending) <= _LONGEST_ENDING:
        name = f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}.{ending}"
    return name[:LONGEST_FILE_NAME] or "file"


def saveable(name: str) -> str:
    """Return `name` as Windows, macOS and Linux can save it: as it is, if they can.

    https://learn.microsoft.com/windows/win32/fileio/naming-a-file#naming-conventions
    """
    plain = name.translate(_FORBIDDEN).rstrip(". ")
    if _DEVICE.match(plain):
        plain = f"_{plain}"
    if len(plain.encode()) > _LONGEST_SAVED_BYTES:
        plain = _with("", plain)
    return plain or "file"


def saveable_together(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names as they can be saved in one folder: no two are the same, also where case is ignored."""
    taken: set[str] = set()
    kept = []
    for plain in map(saveable, names):
        name, number = plain, 1
        while _alike(name) in taken:
            number += 1
            name = _with(f" ({number})", plain)
        taken.add(_alike(name))
        kept.append(name)
    return tuple(kept)


def _alike(name: str) -> str:
    """macOS takes the two ways to write an accent for one, too."""
    return unicodedata.normalize("NFC", name).casefold()


def _with(addition: str, name: str) -> str:
    """Put `addition` before the ending, and shorten what stands before it to what fits."""
    stem, dot, ending = name.rpartition(".")
    last = f".{ending}" if dot and stem and len(ending) <= _LONGEST_ENDING else ""
    most = _LONGEST_SAVED_BYTES - len((addition + last).encode())
    first = (stem if last else name).encode()[:most].decode(errors="ignore")
    return first.rstrip(". ") + addition + last
