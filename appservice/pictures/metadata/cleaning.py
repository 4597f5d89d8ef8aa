"""Choose by its first bytes how a file is freed of what it says beside its picture and sound."""

import re
from collections import deque
from collections.abc import AsyncIterator

from appservice.pictures.metadata.boxes import boxes
from appservice.pictures.metadata.exif import LARGEST_BYTES, facts_of
from appservice.pictures.metadata.matroska import EBML, matroska
from appservice.pictures.metadata.pictures import PNG, jpeg, png, webp
from appservice.pictures.metadata.reader import Malformed, Reader
from bot.ports import Metadata

_LOOKED_AT_BYTES = 32 * 1024 * 1024
_EXIF_ANYWHERE = re.compile(rb"Exif\0\0(?=II\*\0|MM\0\*)")
_TIFF = (b"II*\0", b"MM\0*")
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"JXL ", b"free", b"skip")
_CANON_RAW = b"crx "


async def cleaned(chunks: AsyncIterator[bytes], found: Metadata) -> AsyncIterator[bytes]:
    """Yield the file without its metadata. `found` is complete once the file has come to its end."""
    reader = Reader(chunks)
    try:
        async for piece in _by_format(reader, await reader.peek(12), found):
            yield piece
    except Malformed:
        found.unknown = True
    async for piece in reader.rest():
        yield piece


async def looked_through(chunks: AsyncIterator[bytes], found: Metadata) -> AsyncIterator[bytes]:
    """Yield the file as it is, and find what `cleaned` would."""
    read: deque[bytes] = deque()

    async def tee() -> AsyncIterator[bytes]:
        async for chunk in chunks:
            read.append(chunk)
            yield chunk

    async for _ in cleaned(tee(), found):
        while read:
            yield read.popleft()
    while read:
        yield read.popleft()


async def _by_format(reader: Reader, head: bytes, found: Metadata) -> AsyncIterator[bytes]:
    if head.startswith(b"\xff\xd8\xff"):
        pieces = jpeg(reader, found)
    elif head.startswith(PNG):
        pieces = png(reader, found)
    elif head.startswith(EBML):
        pieces = matroska(reader, found)
    elif head[4:8] in _BOXES and head[8:12] != _CANON_RAW:
        pieces = boxes(reader, found)
    else:
        pieces = _looked_at(reader, found)
    async for piece in pieces:
        yield piece


async def _looked_at(reader: Reader, found: Metadata) -> AsyncIterator[bytes]:
    """WebP is small enough to be cleaned in memory; other formats are only looked at."""
    head = await reader.peek(_LOOKED_AT_BYTES)
    whole = len(head) < _LOOKED_AT_BYTES
    if whole and head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        yield webp(head, found)
        async for piece in reader.drain():
            yield piece
        return
    blocks = [each.end() for each in _EXIF_ANYWHERE.finditer(head)]
    places = [facts_of(head[each : each + LARGEST_BYTES])[1] for each in blocks]
    if head.startswith(_TIFF):
        places.append(facts_of(head)[1])
    found.place = any(places)
    found.unknown = True
    async for piece in reader.rest():
        yield piece
