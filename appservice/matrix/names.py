"""Names of files that strangers chose, made fit for every system."""

import re

from bot.names import one_line

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
    stem, dot, ending = plain.rpartition(".")
    last = f".{ending}" if dot and len(ending) <= _LONGEST_ENDING else ""
    most = _LONGEST_SAVED_BYTES - len(last.encode())
    if len(plain.encode()) > _LONGEST_SAVED_BYTES:
        first = (stem if last else plain).encode()[:most].decode(errors="ignore")
        plain = first.rstrip(". ") + last
    return plain or "file"
