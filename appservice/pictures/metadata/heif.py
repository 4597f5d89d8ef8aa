"""Exif and XMP of HEIC and AVIF: items of their `meta` box, ISO/IEC 23008-12, annex A; ISO/IEC 14496-12, 8.11."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from appservice.pictures.metadata.exif import NOTHING, facts_of
from appservice.pictures.metadata.reader import Malformed

_EXIF, _XMP = b"Exif", b"mime"
_MOST_ITEMS = 100_000


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """A piece of the file."""

    start: int
    size: int
    type: bytes

    def blank(self) -> bytes:
        """Return what stands there instead; zeros follow."""
        nothing = bytes(4) + NOTHING if self.type == _EXIF else b""
        return nothing[: self.size]

    def names_a_place(self, content: bytes) -> bool:
        if self.type == _XMP:
            return b"exif:GPS" in content
        skipped = 4 + int.from_bytes(content[:4], "big")
        return facts_of(content[skipped:])[1]


def items_of(meta: bytes, at: int) -> list[Item]:
    """Return where Exif and XMP stand in the file. `at`: where the boxes in `meta` begin in it."""
    try:
        inside = dict(_inside(meta))
        types = dict(_types(inside[b"iinf"][1]))
        idat = at + inside[b"idat"][0] if b"idat" in inside else None
        return list(_places(inside[b"iloc"][1], types, idat))
    except (KeyError, struct.error, IndexError) as error:
        raise Malformed from error


def _inside(body: bytes) -> Iterator[tuple[bytes, tuple[int, bytes]]]:
    """Yield name, and start and content of each box."""
    at = 0
    while at + 8 <= len(body):
        size, name = struct.unpack_from(">I4s", body, at)
        if not 8 <= size <= len(body) - at:
            raise Malformed
        yield name, (at + 8, body[at + 8 : at + size])
        at += size


def _types(iinf: bytes) -> Iterator[tuple[int, bytes]]:
    entries = iinf[6:] if iinf[0] == 0 else iinf[8:]
    for name, (_, entry) in _inside(entries):
        if name != b"infe" or entry[0] < 2:
            continue
        number, _, type_ = struct.unpack_from(">HH4s" if entry[0] == 2 else ">IH4s", entry, 4)
        yield number, type_


def _places(iloc: bytes, types: dict[int, bytes], idat: int | None) -> Iterator[Item]:
    version = iloc[0]
    offset, length = iloc[4] >> 4, iloc[4] & 15
    base, index = iloc[5] >> 4, iloc[5] & 15 if version else 0
    at = 6

    def number(size: int) -> int:
        nonlocal at
        if size and at + size > len(iloc):
            raise Malformed
        at += size
        return int.from_bytes(iloc[at - size : at], "big")

    for _ in range(min(number(2 if version < 2 else 4), _MOST_ITEMS)):
        type_ = types.get(number(2 if version < 2 else 4), b"")
        method = number(2) & 15 if version else 0
        number(2)  # The data are in this file.
        start = number(base)
        for _ in range(number(2)):
            number(index)
            begin, size = start + number(offset), number(length)
            if type_ not in {_EXIF, _XMP}:
                continue
            if method > 1 or (method == 1 and idat is None):
                raise Malformed
            yield Item(begin + (idat or 0 if method else 0), size, type_)
