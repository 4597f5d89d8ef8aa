"""Names of files that strangers chose, made fit for every system."""

import re

from bot.names import one_line

LONGEST_FILE_NAME = 255
_LONGEST_ENDING = 16


def file_name(said: str) -> str:
    """A name that every system takes: leads to no other folder, hides nothing, is never empty."""
    last = re.split(r"[/\\]", said)[-1]
    name = one_line(last, 4 * LONGEST_FILE_NAME).lstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST_FILE_NAME and dot and len(ending) <= _LONGEST_ENDING:
        name = f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}.{ending}"
    return name[:LONGEST_FILE_NAME] or "file"
