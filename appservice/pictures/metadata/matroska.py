"""Matroska and WebM without tags that say where or by which device a film was taken.

https://www.rfc-editor.org/rfc/rfc9559, section 5.1.8 (Tags); https://www.rfc-editor.org/rfc/rfc8794, section 4 (sizes).
What is taken out becomes a Void element of the same length, because seek heads and cues count bytes.
"""

import re
from collections.abc import AsyncIterator

from appservice.pictures.metadata.reader import Malformed, Reader
from bot.ports import Metadata

EBML = b"\x1a\x45\xdf\xa3"
_SEGMENT, _CLUSTER, _TAGS = b"\x18\x53\x80\x67", b"\x1f\x43\xb6\x75", b"\x12\x54\xc3\x67"
_VOID = b"\xec"
_MOST_TAGS_BYTES = 1024 * 1024
_PLACE = re.compile(rb"LOCATION|ISO6709|GPS|XYZ|GEO", re.IGNORECASE)
_PRIVATE = re.compile(
    rb"LOCATION|ISO6709|GPS|XYZ|GEO|COM\.APPLE|COM\.ANDROID|MAKE|MODEL|DEVICE|CAMERA",
    re.IGNORECASE,
)


async def matroska(reader: Reader, found: Metadata) -> AsyncIterator[bytes]:
    """Clusters of unknown length are read element by element: those of a Segment are never in them."""
    while head := await reader.peek(12):
        await reader.count()
        name, header, size = _element(head)
        if name == _SEGMENT or (name == _CLUSTER and size is None):
            async for piece in reader.take(header):
                yield piece
            continue
        if size is None:
            raise Malformed
        if name == _TAGS:
            body = (await reader.peek(header + min(size, _MOST_TAGS_BYTES)))[header:]
            if size > _MOST_TAGS_BYTES or _PRIVATE.search(body):
                found.removed = True
                found.place = found.place or bool(_PLACE.search(body))
                async for piece in _void(reader, header + size):
                    yield piece
                continue
        async for piece in reader.take(header + size):
            yield piece


def _element(head: bytes) -> tuple[bytes, int, int | None]:
    """Return id, length of the header and size of an element; None for a size that is not known."""
    id_length = 9 - head[0].bit_length()
    if not 1 <= id_length <= 4 or len(head) <= id_length:
        raise Malformed
    first = head[id_length]
    length = 9 - first.bit_length()
    field = head[id_length : id_length + length]
    if length > 8 or len(field) < length:
        raise Malformed
    size = int.from_bytes(field, "big") & ((1 << 7 * length) - 1)
    unknown = size == (1 << 7 * length) - 1
    return head[:id_length], id_length + length, None if unknown else size


async def _void(reader: Reader, size: int) -> AsyncIterator[bytes]:
    """Yield a Void element that is as long as the next element, which has 5 bytes at least."""
    width = min(8, size - 1)
    body = size - 1 - width
    yield _VOID + ((1 << 7 * width) | body).to_bytes(width, "big")
    async for _ in reader.take(1 + width):
        yield b""
    async for piece in reader.take(body):
        yield bytes(len(piece))
