"""Names that strangers chose, made fit to be shown: they can be taken for no link, no other person, and no amount.

https://www.unicode.org/reports/tr36/
"""

import re
import unicodedata

from bot.domain.money.currencies import CURRENCIES
from bot.ids import UserId

MAX_NAME_LENGTH = 100
MAX_USER_NAME_LENGTH = 50
_MOST_MARKS = 3
"""Combining marks on one letter: more of them reach over the lines above and below."""
_BREAKS = frozenset({"Cc", "Zl", "Zp"})
_HIDDEN = frozenset({"Cf", "Cn", "Co", "Cs"})
"""Categories of what is not seen, or by everybody differently."""
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols that show nothing, such as Hangul fillers."""
_JOINERS = frozenset("\u200c\u200d")
"""They hold emoji and letters together."""
_TURNED = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})
_ISOLATE = "\u2068{}\u2069"
"""Keep the direction of a name to itself: https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates"""

_ADDRESS = re.compile(r"[@:/\\`]|\w[.\u3002][^\W\d_]{2}|\bwww\b|\d\.\d+\.\d", re.IGNORECASE)
"""What apps make links, mentions and rooms of, and what the bot's own words set apart."""
_CODES = "|".join(each.code for each in CURRENCIES.values())
_WORDS = r"euros?|dollars?|pounds?|yen|bucks|francs?|cents?"
_AMOUNT = re.compile(
    rf"\d[\d.,'\s]*(?:{_CODES}|{_WORDS})(?![^\W\d_])|(?<![^\W\d_])(?:{_CODES}|{_WORDS})\s*\d",
    re.IGNORECASE,
)


def one_line(said: str, longest: int = MAX_NAME_LENGTH) -> str:
    """Without line breaks, control and hidden characters, and floods of marks; perhaps empty."""
    return " ".join(_visible(said[: 16 * longest]).split())[:longest].rstrip()


def visible_lines(said: str) -> str:
    """Somebody's words with their line breaks, and without what hides in them or turns them around."""
    return "\n".join(_visible(line).rstrip() for line in said.splitlines())


def display_name(said: str) -> str:
    """Return a display name as one may show it beside the id; empty for one that could be taken for something else."""
    name = one_line(
        unicodedata.normalize("NFKC", said[: 16 * MAX_NAME_LENGTH]).translate(_NO_JOINERS)
    )
    if not any(letter.isalnum() for letter in name):
        return ""
    if _ADDRESS.search(name) or _AMOUNT.search(name) or any(map(_is_money, name)):
        return ""
    if len(name) > MAX_USER_NAME_LENGTH:
        name = f"{name[: MAX_USER_NAME_LENGTH - 1].rstrip()}…"
    return _ISOLATE.format(name) if any(map(_is_turned, name)) else name


def name_with_id(name: str, user: UserId) -> str:
    """Return `Alice (@alice:example.org)`, or the id alone: the id cannot be chosen at will."""
    shown = display_name(name)
    return f"{shown} ({user})" if shown and name != user else user


_NO_JOINERS = dict.fromkeys(map(ord, _JOINERS))


def _visible(said: str) -> str:
    kept: list[str] = []
    marks = 0
    for letter in said:
        category = unicodedata.category(letter)
        marks = marks + 1 if category.startswith("M") else 0
        if letter in _JOINERS and kept and kept[-1] not in _JOINERS:
            kept.append(letter)
        elif category in _BREAKS:
            kept.append(" ")
        elif category not in _HIDDEN and letter not in _BLANK and marks <= _MOST_MARKS:
            kept.append(letter)
    return "".join(kept)


def _is_money(letter: str) -> bool:
    return unicodedata.category(letter) == "Sc"


def _is_turned(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in _TURNED
