"""Take out of a picture what it says beside its pixels: place, camera, author, comments.

Nothing is decoded and encoded anew: segments and chunks are left out. The orientation and colours stay.
"""

import re
import struct
import zlib

from bot.ports import Cleaned

_ORIENTATION = 0x0112
_GPS = 0x8825
_EXIF = b"Exif\0\0"
_MOST_ENTRIES = 1000
_EXIF_ANYWHERE = re.compile(rb"Exif\0\0(?=II\*\0|MM\0\*)")

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD hIST pHYs sPLT cICP mDCV cLLI"
    b" acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04

_JPEG_ENDS = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])", re.DOTALL)
"""What follows the entropy-coded bytes: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1.1.5"""
_SOS, _EOI, _COMMENT = 0xDA, 0xD9, 0xFE
_APPLICATION = range(0xE0, 0xF0)


class _Malformed(Exception):
    """The file is not what it begins as."""


def without_metadata(file: bytes) -> Cleaned:
    """Return the picture as it was if nobody here knows its format, or it is malformed."""
    try:
        if file.startswith(b"\xff\xd8\xff"):
            return _jpeg(file)
        if file.startswith(_PNG):
            return _png(file)
        if file.startswith(b"RIFF") and file[8:12] == b"WEBP":
            return _webp(file)
    except (_Malformed, struct.error, IndexError):
        pass
    blocks = _EXIF_ANYWHERE.finditer(file)
    found = (_facts(file[each.end() : each.end() + 65_536]) for each in blocks)
    return Cleaned(file, place=any(place for _, place in found), clean=False)


def _facts(tiff: bytes) -> tuple[int, bool]:
    """Return the orientation of a block of Exif, and whether it has a place; 1 and False if it is malformed."""
    orientation, place = 1, False
    try:
        order = {b"II": "<", b"MM": ">"}[tiff[:2]]
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (number,) = struct.unpack_from(f"{order}H", tiff, start)
        for each in range(min(number, _MOST_ENTRIES)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * each)
            if tag == _ORIENTATION and 1 <= value <= 8:
                orientation = value
            place = place or tag == _GPS
    except (KeyError, struct.error):
        pass
    return orientation, place


def _only_orientation(orientation: int) -> bytes:
    """Return a block of Exif that says nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)


def _jpeg(file: bytes) -> Cleaned:
    """Up to the end of the first picture: what follows are copies with metadata of their own."""
    kept: list[bytes] = []
    orientation, place, at = 1, False, 2
    while True:
        marker, body = _segment(file, at)
        end = at + 2 + len(body)
        if marker == _EOI:
            kept.append(b"\xff\xd9")
            break
        if marker == _SOS:
            found = _JPEG_ENDS.search(file, end)
            end = found.start() if found else len(file)
            kept.append(file[at:end])
            if found is None:
                break
            end = found.end() - 2
        elif marker in _APPLICATION and body[2:8] == _EXIF:
            turned, located = _facts(body[8:])
            orientation, place = max(orientation, turned), place or located
        elif marker == 0xE1:
            place = place or b"exif:GPS" in body
        elif marker != _COMMENT and (marker not in _APPLICATION or _matters(marker, body[2:])):
            kept.append(file[at:end])
        at = end
    head = b"\xff\xd8"
    if orientation != 1:
        exif = _EXIF + _only_orientation(orientation)
        first = 1 if kept and kept[0][1] == 0xE0 else 0
        kept.insert(first, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return Cleaned(head + b"".join(kept), place=place, clean=True)


def _segment(file: bytes, at: int) -> tuple[int, bytes]:
    """Return a marker, and its length with what belongs to it."""
    if file[at] != 0xFF:
        raise _Malformed
    marker = file[at + 1]
    if marker == _EOI:
        return marker, b""
    (length,) = struct.unpack_from(">H", file, at + 2)
    body = file[at + 2 : at + 2 + length]
    if length < 2 or len(body) != length:
        raise _Malformed
    return marker, body


def _matters(marker: int, body: bytes) -> bool:
    """JFIF, colour profiles, and how Adobe's programs have stored the colours."""
    return (
        (marker == 0xE0 and body.startswith(b"JFIF\0"))
        or (marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"))
        or (marker == 0xEE and body.startswith(b"Adobe"))
    )


def _png(file: bytes) -> Cleaned:
    kept, place, at, name = [_PNG], False, len(_PNG), b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", file, at)
        name, end = file[at + 4 : at + 8], at + 12 + length
        if end > len(file):
            raise _Malformed
        if name in _PNG_KEPT:
            kept.append(file[at:end])
        elif name == b"eXIf":
            orientation, located = _facts(file[at + 8 : at + 8 + length])
            place = place or located
            if orientation != 1:
                kept.append(_chunk(b"eXIf", _only_orientation(orientation)))
        else:
            place = place or b"GPS" in file[at + 8 : end]
        at = end
    return Cleaned(b"".join(kept), place=place, clean=True)


def _chunk(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def _webp(file: bytes) -> Cleaned:
    """https://developers.google.com/speed/webp/docs/riff_container"""
    (size,) = struct.unpack_from("<I", file, 4)
    kept, place, orientation, at = [], False, 1, 12
    while at + 8 <= min(len(file), size + 8):
        name = file[at : at + 4]
        (length,) = struct.unpack_from("<I", file, at + 4)
        end = at + 8 + length + length % 2
        chunk = file[at:end]
        if len(chunk) < 8 + length:
            raise _Malformed
        if name in _WEBP_KEPT:
            kept.append(bytearray(chunk))
        elif name == b"EXIF":
            orientation, place = _facts(chunk[8:].removeprefix(_EXIF))
        elif name == b"XMP ":
            place = place or b"exif:GPS" in chunk
        at = end
    if kept and kept[0][:4] == b"VP8X":
        kept[0][8] &= ~(_WEBP_EXIF | _WEBP_XMP) & 0xFF
        if orientation != 1:
            kept[0][8] |= _WEBP_EXIF
            exif = _only_orientation(orientation)
            kept.append(bytearray(b"EXIF" + struct.pack("<I", len(exif)) + exif))
    body = b"WEBP" + b"".join(kept)
    return Cleaned(b"RIFF" + struct.pack("<I", len(body)) + body, place=place, clean=True)
