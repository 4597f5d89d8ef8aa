"""MP4, MOV, M4A, HEIC and AVIF without place and camera: ISO/IEC 14496-12, and
https://developer.apple.com/documentation/quicktime-file-format/user_data_atoms

What is taken out becomes a `free` box of the same length, because tables of the file count its bytes. What a
sound says of itself (title, artist) stays.
"""

import struct
from collections.abc import AsyncIterator

from appservice.pictures.metadata.heif import Item, items_of
from appservice.pictures.metadata.reader import Malformed, Reader
from bot.ports import Metadata

_CONTAINERS = frozenset(b"moov trak mdia minf stbl moof traf udta ilst".split())
_USER_DATA = frozenset(
    b"meta chpl hnti hinf name titl cprt free tagc \xa9nam \xa9cpy \xa9ART \xa9alb \xa9day".split()
)
"""What stays of the user data."""
_PRIVATE = frozenset({*b"\xa9xyz \xa9mak \xa9mod loci GPMF Exif brob".split(), b"xml "})
_LOCATED_SAMPLES = (b"gpmd", b"camm", b"djmd")
"""Tracks that follow where the camera was: of GoPro, Google and DJI."""
_PRIVATE_UUIDS = (
    bytes.fromhex("be7acfcb97a942e89c71999491e3afac"),  # XMP
    bytes.fromhex("85c0b687820f11e08111f4ce462b6a48"),  # Canon
    bytes.fromhex("55534d5421d24fcebb88695cfac9c740"),  # Sony
)
_LARGEST_META_BYTES = 8 * 1024 * 1024
_SEEN_BYTES = 64 * 1024
_MOST_DEPTH = 12


async def boxes(reader: Reader, found: Metadata) -> AsyncIterator[bytes]:
    """Walk through the boxes in the order in which they come."""
    parents: list[tuple[bytes, float]] = [(b"", float("inf"))]
    items: list[Item] = []
    while True:
        await reader.count()
        parent, end = _around(parents, reader.at)
        if end - reader.at < 8:  # QuickTime ends user data by four zeros.
            async for piece in reader.take(int(end) - reader.at):
                yield piece
            continue
        head = await reader.peek(16)
        if not head:
            return
        name, header, size = _box(head, end - reader.at)
        if name == b"meta":
            step, items = await _meta(reader, header, size, found, items)
        else:
            step = await _step(reader, name, parent, header, size, found)
        if step is None:
            pieces = _blank(reader, header, size)
        elif step:
            parents.append((name, reader.at + size))
            if len(parents) > _MOST_DEPTH:
                raise Malformed
            pieces = reader.take(step)
        else:
            pieces = _passed(reader, size, items, found)
        async for piece in pieces:
            yield piece


def _around(parents: list[tuple[bytes, float]], at: int) -> tuple[bytes, float]:
    """Leave the boxes that have ended; return name and end of the one around what follows."""
    while len(parents) > 1 and at >= parents[-1][1]:
        parents.pop()
    return parents[-1]


def _box(head: bytes, room: float) -> tuple[bytes, int, float]:
    """Return name, length of the header, and size of a box that stands in so many bytes."""
    if len(head) < 8:
        raise Malformed
    size: float
    size, name = struct.unpack_from(">I4s", head)
    header = 8
    if size == 1:
        if len(head) < 16:
            raise Malformed
        (size,), header = struct.unpack_from(">Q", head, 8), 16
    elif size == 0:
        size = room
    if not header <= size <= room:
        raise Malformed
    return name, header, size


async def _step(
    reader: Reader, name: bytes, parent: bytes, header: int, size: float, found: Metadata
) -> int | None:
    """Return None for what is taken out, so many bytes to step into a box, and 0 for what stays."""
    if name in _CONTAINERS:
        return header
    seen = (await reader.peek(int(min(header + _SEEN_BYTES, size))))[header:]
    foreign = parent == b"udta" and name not in _USER_DATA
    if name in _PRIVATE or foreign or (name == b"uuid" and seen.startswith(_PRIVATE_UUIDS)):
        found.removed = True
        found.place = found.place or name in {b"\xa9xyz", b"loci"} or _names_a_place(seen)
        return None
    if name == b"stsd" and seen[12:16] in _LOCATED_SAMPLES:
        found.place = found.unknown = True
    return 0


async def _meta(
    reader: Reader, header: int, size: float, found: Metadata, items: list[Item]
) -> tuple[int | None, list[Item]]:
    """Do the same for metadata: of a picture, of iTunes, or of a device. Return also the items to take out."""
    body = (await reader.peek(int(min(size, _LARGEST_META_BYTES))))[header:]
    # QuickTime has a plain box here, ISO one with a version.
    start = 0 if body[4:8] == b"hdlr" else 4
    handler = body[start + 16 : start + 20]
    if handler == b"mdir":
        return header + start, items
    if handler != b"pict":
        found.removed = True
        found.place = found.place or _names_a_place(body)
        return None, items
    if size > _LARGEST_META_BYTES:
        found.unknown = True
        return 0, items
    inside = reader.at + header
    private = sorted(items_of(body[start:], inside + start))
    found.removed = found.removed or bool(private)
    late = [each for each in private if each.start < reader.at]
    if late:
        found.unknown = found.place = True
    return 0, [each for each in private if each not in late]


def _names_a_place(body: bytes) -> bool:
    return b"GPS" in body or b"location" in body.lower()


async def _passed(
    reader: Reader, size: float, items: list[Item], found: Metadata
) -> AsyncIterator[bytes]:
    """Yield a box as it is, but for the items of a picture in it that are taken out."""
    end = reader.at + size
    while items and items[0].start < end:
        item = items.pop(0)
        if item.start < reader.at:
            continue
        async for piece in reader.take(item.start - reader.at):
            yield piece
        seen = await reader.peek(min(item.size, _SEEN_BYTES))
        found.place = found.place or item.names_a_place(seen)
        blank = item.blank()
        async for piece in reader.take(item.size):
            yield blank[: len(piece)].ljust(len(piece), b"\0")
            blank = b""
    left = end - reader.at
    rest = reader.rest() if left == float("inf") else reader.take(int(left))
    async for piece in rest:
        yield piece


async def _blank(reader: Reader, header: int, size: float) -> AsyncIterator[bytes]:
    head = await reader.peek(header)
    yield head[:4] + b"free" + head[8:]
    async for piece in reader.take(header):
        del piece
    body = reader.rest() if size == float("inf") else reader.take(int(size) - header)
    async for piece in body:
        yield bytes(len(piece))
