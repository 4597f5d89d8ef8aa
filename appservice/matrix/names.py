"""Names that strangers chose, made fit to stand in one line among other words."""

import re
import unicodedata

LONGEST_FILE_NAME = 255
LONGEST_NAME = 100
_LONGEST_ENDING = 16
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
# They turn the direction of the text around them: "gpj.exe" is made to look like "exe.jpg".
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(said: str, longest: int = LONGEST_NAME) -> str:
    """Without line breaks, control characters and turns of direction; perhaps empty."""
    kept = (
        " " if unicodedata.category(letter) in _BREAKS else letter
        for letter in said[: 16 * longest]
        if letter not in _TURNS
    )
    return " ".join("".join(kept).split())[:longest].rstrip()


def file_name(said: str) -> str:
    """A name that every system takes: leads to no other folder, hides nothing, is never empty."""
    last = re.split(r"[/\\]", said)[-1]
    name = one_line(last, 4 * LONGEST_FILE_NAME).lstrip(". ")
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST_FILE_NAME and dot and len(ending) <= _LONGEST_ENDING:
        name = f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}.{ending}"
    return name[:LONGEST_FILE_NAME] or "file"
