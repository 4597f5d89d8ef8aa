"""A short video without a video encoder.

A lossy WebP picture is one VP8 key frame (RFC 9649 section 2.5), and WebM is a Matroska file that
may hold VP8 (WebM container guidelines): so a film of still pictures needs only the container.
"""

import io
import struct

from PIL import Image

from sandbox.sample_media.media_file import MediaFile
from sandbox.sample_media.pictures import jpeg, landscape

_EBML, _SEGMENT, _INFO, _TRACKS, _CLUSTER = (
    "1A45DFA3",
    "18538067",
    "1549A966",
    "1654AE6B",
    "1F43B675",
)


def clip(
    name: str = "sunrise.webm",
    *,
    width: int = 320,
    height: int = 180,
    seconds: float = 2.0,
    frames_per_second: int = 10,
) -> MediaFile:
    """A silent WebM: the sun goes from left to right."""
    count = max(2, int(seconds * frames_per_second))
    pictures = [landscape(width, height, 3, sun=step / (count - 1)) for step in range(count)]
    milliseconds = 1000 // frames_per_second
    return MediaFile(
        name=name,
        mimetype="video/webm",
        data=_webm([_key_frame(picture) for picture in pictures], width, height, milliseconds),
        width=width,
        height=height,
        duration_ms=count * milliseconds,
        poster=jpeg(f"{name}-poster.jpg", pictures[count // 2]),
    )


def _key_frame(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=70)
    riff = buffer.getvalue()
    if riff[12:16] != b"VP8 ":
        raise ValueError("Pillow wrote another kind of WebP than a single lossy frame")
    (length,) = struct.unpack_from("<I", riff, 16)
    return riff[20 : 20 + length]


def _webm(frames: list[bytes], width: int, height: int, milliseconds: int) -> bytes:
    header = _element(
        _EBML,
        _number("4286", 1)  # EBMLVersion
        + _number("42F7", 1)  # EBMLReadVersion
        + _number("42F2", 4)  # EBMLMaxIDLength
        + _number("42F3", 8)  # EBMLMaxSizeLength
        + _element("4282", b"webm")  # DocType
        + _number("4287", 2)  # DocTypeVersion
        + _number("4285", 2),  # DocTypeReadVersion
    )
    info = _element(
        _INFO,
        _number("2AD7B1", 1_000_000)  # TimestampScale: one tick is a millisecond
        + _element("4489", struct.pack(">d", len(frames) * milliseconds))  # Duration
        + _element("4D80", b"matrix-ppv sandbox")  # MuxingApp
        + _element("5741", b"matrix-ppv sandbox"),  # WritingApp
    )
    video = _element("E0", _number("B0", width) + _number("BA", height))
    track = _element(
        "AE",
        _number("D7", 1)  # TrackNumber
        + _number("73C5", 1)  # TrackUID
        + _number("83", 1)  # TrackType: video
        + _element("86", b"V_VP8")  # CodecID
        + video,
    )
    blocks = b"".join(
        # SimpleBlock: track 1, ticks since the cluster began, flag "key frame"
        _element("A3", struct.pack(">BhB", 0x81, index * milliseconds, 0x80) + frame)
        for index, frame in enumerate(frames)
    )
    cluster = _element(_CLUSTER, _number("E7", 0) + blocks)
    return header + _element(_SEGMENT, info + _element(_TRACKS, track) + cluster)


def _element(identifier: str, content: bytes) -> bytes:
    """Identifier, length as an EBML integer of one byte or eight, content (RFC 8794)."""
    size = len(content)
    length = bytes([0x80 | size]) if size < 0x7F else (size | 1 << 56).to_bytes(8, "big")
    return bytes.fromhex(identifier) + length + content


def _number(identifier: str, value: int) -> bytes:
    return _element(identifier, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))
