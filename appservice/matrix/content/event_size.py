"""Keep messages below the size limit of Matrix events.

https://spec.matrix.org/v1.17/client-server-api/#size-limits
"""

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from bot.i18n import Translatable

MOST_EVENT_BYTES = 60_000
"""The limit is 65,536; the rest is left for what servers add: hashes, signatures, `auth_events`, `prev_events`."""

_MEGOLM_BYTES = 128
"""Upper bound for index, padding, MAC and signature of a Megolm message."""
_ENVELOPE_BYTES = 2_000
"""Upper bound for ids, keys, relation and transaction id around a ciphertext; each Matrix id has at most 255 bytes."""
_MOST_NAME_BYTES = 255
"""Common file systems take no longer names."""

_LONGEST_AT_FIRST, _LONGEST_AT_LAST = 8_000, 400
"""Characters of one text."""
_MOST_AT_FIRST = 400
"""Entries of one list."""
_WORD_SEARCHED = 40
"""A longer word is cut."""
_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
_JAMO_INSIDE = range(0x1160, 0x1200)
"""Vowels and final consonants of Hangul."""

_ADDRESSES = frozenset({"link", "url"})

Change = Callable[[str], str]
Whole = TypeVar("Whole")


def as_edit(event: str, new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content that replaces an event.

    Only the plain text is repeated for clients that do not know edits, because the event holds all else already.
    https://spec.matrix.org/v1.17/client-server-api/#event-replacements
    """
    return {
        "msgtype": new["msgtype"],
        "body": f"* {new['body']}",
        "m.new_content": new,
        "m.mentions": {},
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
    }


def json_of(content: Mapping[str, Any]) -> str:
    """Return JSON as canonical JSON has it, where an emoji takes four bytes and not twelve.

    A surrogate that stands alone becomes a question mark, because UTF-8 has none.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace").decode()


def most_bytes_sent(content: Mapping[str, Any]) -> int:
    """Return the size of a message as it is sent at worst: as an edit, in an encrypted room."""
    edit = as_edit("", content)
    plaintext = json_of({"type": "m.room.message", "content": edit})
    ciphertext = len(plaintext.encode()) + _MEGOLM_BYTES
    return ciphertext * 4 // 3 + _ENVELOPE_BYTES


def limits(message: object, spoken: Change) -> Iterator[tuple[int, int]]:
    """Yield ever tighter limits: the characters of a text first, then the entries of a list."""
    longest = min(_LONGEST_AT_FIRST, max(map(len, _texts(message, spoken)), default=0))
    most = min(_MOST_AT_FIRST, max(_lengths(message), default=0))
    while longest > _LONGEST_AT_LAST:
        yield longest, most
        longest = longest * 9 // 10
    while most > 1:
        yield longest, most
        most = most * 8 // 10
    while longest > 1:
        yield longest, 1
        longest = longest * 8 // 10


def shortened(message: Whole, longest: int, most: int, spoken: Change) -> Whole:
    """Return a copy whose texts and lists are at most so long. Addresses stay whole, because a part leads nowhere."""

    def short(value: Any) -> Any:
        if isinstance(value, str):
            said = _said(value, spoken)
            return value if len(said) <= longest else cut(said, longest)
        if isinstance(value, tuple):
            return tuple(short(each) for each in value)
        if not is_dataclass(value) or isinstance(value, type):
            return value
        changes: dict[str, Any] = {}
        for each in fields(value):
            before = getattr(value, each.name)
            if each.name not in _ADDRESSES:
                changes[each.name] = short(before[:most] if isinstance(before, tuple) else before)
        return replace(value, **changes)

    shorter: Whole = short(message)
    return shorter


def left_out(whole: object, short: object) -> int:
    """Return how many entries a shortened message has lost."""
    return sum(_lengths(whole)) - sum(_lengths(short))


def cut(text: str, longest: int) -> str:
    """Return the beginning of a text, to the end of a word if one ends nearby, and never half a character."""
    if len(text) <= longest:
        return text
    end = max(longest - 1, 0)
    for at in range(end, max(end - _WORD_SEARCHED, 0), -1):
        if text[at].isspace():
            return f"{text[:at].rstrip()}…"
    while end > 0 and _is_inside_character(text, end):
        end -= 1
    return f"{text[:end].rstrip()}…"


def file_name(name: str) -> str:
    """Return the name with its ending, in as many bytes as a file system takes."""
    if len(name.encode(errors="replace")) <= _MOST_NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending.encode(errors="replace")) > _WORD_SEARCHED:
        stem, dot, ending = name, "", ""
    longest = min(len(stem), _MOST_NAME_BYTES)
    while len(f"{cut(stem, longest)}{dot}{ending}".encode(errors="replace")) > _MOST_NAME_BYTES:
        longest -= 1
    return f"{cut(stem, longest)}{dot}{ending}"


def _is_inside_character(text: str, at: int) -> bool:
    """Whether a cut before this position divides what is seen as one: https://www.unicode.org/reports/tr29/"""
    after, before = text[at], text[at - 1]
    if unicodedata.category(after).startswith("M") or _JOINER in {after, before}:
        return True
    point = ord(after)
    if point in _SKIN_TONES or point in _TAGS or point in _JAMO_INSIDE:
        return True
    flags = 0
    while point in _FLAG_LETTERS and flags < at and ord(text[at - 1 - flags]) in _FLAG_LETTERS:
        flags += 1
    return flags % 2 == 1


def _said(text: str, spoken: Change) -> str:
    return spoken(text) if isinstance(text, Translatable) else text


def _texts(value: object, spoken: Change) -> Iterator[str]:
    if isinstance(value, str):
        yield _said(value, spoken)
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each, spoken)
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name), spoken)


def _lengths(message: object) -> Iterator[int]:
    values = [getattr(message, each.name) for each in fields(message)]  # type: ignore[arg-type]
    return (len(each) for each in values if isinstance(each, tuple))
