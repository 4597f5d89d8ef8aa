"""JPEG, PNG and WebP without what they say beside their pixels: place, camera, author, comments.

Nothing is decoded and encoded anew: segments and chunks are left out. The orientation and colours stay.
"""

import re
import struct
import zlib
from collections.abc import AsyncIterator

from appservice.pictures.metadata.exif import HEADER, LARGEST_BYTES, facts_of, only_orientation
from appservice.pictures.metadata.reader import Malformed, Reader
from bot.ports import Metadata

PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD hIST pHYs sPLT cICP mDCV cLLI"
    b" acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04

_JPEG_ENDS = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
"""What follows the entropy-coded bytes: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1.1.5"""
_SOS, _EOI, _COMMENT, _APP0, _APP1 = 0xDA, 0xD9, 0xFE, 0xE0, 0xE1
_APPLICATION = range(0xE0, 0xF0)
_SCANNED_BYTES = 256 * 1024


async def jpeg(reader: Reader, found: Metadata) -> AsyncIterator[bytes]:
    """Up to the end of the first picture: what follows are copies with metadata of their own."""
    turned = False
    async for piece in reader.take(2):
        yield piece
    marker = 0
    while marker != _EOI and await reader.peek(1):
        await reader.count()
        marker, body = await _segment(reader)
        size = 2 + len(body)
        if marker == _SOS:
            pieces = _scan(reader, size)
        elif _matters(marker, body[2:]):
            pieces = reader.take(size)
        else:
            found.removed = True
            exif = _oriented(marker, body[2:], found)
            pieces = reader.drop(size)
            if exif and not turned:
                turned = True
                yield exif
        async for piece in pieces:
            yield piece
    async for piece in _without_more(reader, found):
        yield piece


async def _without_more(reader: Reader, found: Metadata) -> AsyncIterator[bytes]:
    found.removed = found.removed or bool(await reader.peek(1))
    async for piece in reader.drain():
        yield piece


def _oriented(marker: int, body: bytes, found: Metadata) -> bytes:
    """Return the segment that says nothing but the orientation, if this one is Exif with one."""
    if marker != _APP1:
        return b""
    if not body.startswith(HEADER):
        found.place = found.place or b"exif:GPS" in body
        return b""
    orientation, place = facts_of(body[len(HEADER) :])
    found.place = found.place or place
    exif = HEADER + only_orientation(orientation)
    return b"" if orientation == 1 else b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


async def _segment(reader: Reader) -> tuple[int, bytes]:
    """Return a marker, and its length with what belongs to it."""
    while (head := await reader.peek(4))[
        :2
    ] == b"\xff\xff":  # Bytes may fill the space before a marker.
        async for _ in reader.drop(1):
            pass
    if len(head) < 2 or head[0] != 0xFF:
        raise Malformed
    if head[1] == _EOI:
        return _EOI, b""
    length = int.from_bytes(head[2:4], "big")
    body = (await reader.peek(2 + length))[2:]
    if length < 2 or len(body) != length:
        raise Malformed
    return head[1], body


async def _scan(reader: Reader, header: int) -> AsyncIterator[bytes]:
    """Yield the header of a scan, and its entropy-coded bytes."""
    async for piece in reader.take(header):
        yield piece
    while seen := await reader.peek(_SCANNED_BYTES):
        end = _JPEG_ENDS.search(seen)
        last = len(seen) < _SCANNED_BYTES
        size = end.end() - 2 if end else len(seen) - (not last and seen.endswith(b"\xff"))
        async for piece in reader.take(size):
            yield piece
        if end or last:
            return


def _matters(marker: int, body: bytes) -> bool:
    """Return whether it belongs to the picture: JFIF, colour profiles, and how Adobe stores colours."""
    if marker not in _APPLICATION:
        return marker != _COMMENT
    return (
        (marker == _APP0 and body.startswith(b"JFIF\0"))
        or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        or (marker == 0xEE and body.startswith(b"Adobe"))
    )


async def png(reader: Reader, found: Metadata) -> AsyncIterator[bytes]:
    async for piece in reader.take(len(PNG)):
        yield piece
    name = b""
    while name != b"IEND":
        await reader.count()
        head = await reader.peek(8)
        if len(head) < 8:
            raise Malformed
        length, name = struct.unpack(">I4s", head)
        if name in _PNG_KEPT:
            async for piece in reader.take(12 + length):
                yield piece
            continue
        body = (await reader.peek(8 + min(length, LARGEST_BYTES)))[8:]
        async for piece in reader.drop(12 + length):
            yield piece
        found.removed = True
        if name != b"eXIf":
            found.place = found.place or b"GPS" in body
            continue
        orientation, place = facts_of(body)
        found.place = found.place or place
        if orientation != 1:
            yield _chunk(b"eXIf", only_orientation(orientation))
    async for piece in _without_more(reader, found):
        yield piece


def _chunk(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def webp(file: bytes, found: Metadata) -> bytes:
    """https://developers.google.com/speed/webp/docs/riff_container"""
    size = int.from_bytes(file[4:8], "little")
    kept: list[bytearray] = []
    orientation, at = 1, 12
    while at + 8 <= min(len(file), size + 8):
        name, length = struct.unpack_from("<4sI", file, at)
        end = at + 8 + length + length % 2
        chunk = file[at:end]
        if len(chunk) < 8 + length:
            raise Malformed
        if name in _WEBP_KEPT:
            kept.append(bytearray(chunk))
        elif name == b"EXIF":
            orientation, place = facts_of(chunk[8:].removeprefix(HEADER))
            found.place = found.place or place
        elif name == b"XMP ":
            found.place = found.place or b"exif:GPS" in chunk
        at = end
    if kept and len(kept[0]) > 8 and kept[0][:4] == b"VP8X":
        kept[0][8] &= ~(_WEBP_EXIF | _WEBP_XMP) & 0xFF
        if orientation != 1:
            kept[0][8] |= _WEBP_EXIF
            exif = only_orientation(orientation)
            kept.append(bytearray(b"EXIF" + struct.pack("<I", len(exif)) + exif))
    body = b"WEBP" + b"".join(kept)
    cleaned = b"RIFF" + struct.pack("<I", len(body)) + body
    found.removed = found.removed or cleaned != file
    return cleaned
