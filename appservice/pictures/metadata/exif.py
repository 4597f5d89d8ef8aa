"""Exif: https://www.cipa.jp/std/documents/e/DC-008-2012_E.pdf, section 4.5."""

import struct

HEADER = b"Exif\0\0"
LARGEST_BYTES = 65_536
_ORIENTATION = 0x0112
_GPS = 0x8825
_MOST_ENTRIES = 1000
NOTHING = b"MM\0*\0\0\0\x08\0\0\0\0\0\0"
"""Exif without an entry."""


def facts_of(tiff: bytes) -> tuple[int, bool]:
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


def only_orientation(orientation: int) -> bytes:
    """Return a block of Exif that says nothing else."""
    entry = struct.pack(">HHIHH", _ORIENTATION, 3, 1, orientation, 0)
    return b"MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)
