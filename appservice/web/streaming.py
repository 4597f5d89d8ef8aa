"""Files of any size, piece by piece."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

from aiohttp import web

from appservice.matrix.content.sanitize import saveable
from appservice.web.multipart import BrokenOff
from bot.domain.offers.media_types import essence
from bot.errors import PpvError

_SHOWN = frozenset(
    "image/png image/apng image/jpeg image/gif image/webp image/avif image/bmp"
    " video/mp4 video/webm video/ogg"
    " audio/mpeg audio/mp4 audio/aac audio/ogg audio/wav audio/webm audio/flac".split()
)
"""Browsers may show these; whatever else a seller calls a file is only ever saved."""
_OTHER_NAMES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/vnd.mozilla.apng": "image/apng",
    "image/x-ms-bmp": "image/bmp",
    "video/quicktime": "video/mp4",
    "video/x-m4v": "video/mp4",
    "audio/m4a": "audio/mp4",
    "audio/x-m4a": "audio/mp4",
    "audio/x-aac": "audio/aac",
    "audio/mp3": "audio/mpeg",
    "audio/x-mp3": "audio/mpeg",
    "audio/opus": "audio/ogg",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-flac": "audio/flac",
}
"""Browsers take the same content under the name on the right. MP4 is made from QuickTime: https://mp4ra.org/"""
_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
_BINARY = "application/octet-stream"
_CHUNK_SECONDS = 120
"""For one piece: whoever reads none of it for so long holds a connection for nothing."""


def shown_as(mimetype: str) -> str | None:
    """Return the media type under which browsers show or play such a file; None if it is only saved."""
    plain = essence(mimetype).lower()
    plain = _OTHER_NAMES.get(plain, plain)
    return plain if plain in _SHOWN else None


def may_be_shown(mimetype: str) -> bool:
    return shown_as(mimetype) is not None


def file_headers(name: str, mimetype: str) -> dict[str, str]:
    """Of a file that everybody may have."""
    shown = shown_as(mimetype)
    return {
        "Content-Type": shown or _BINARY,
        "Content-Disposition": f"{'inline' if shown else 'attachment'};"
        f" filename*=UTF-8''{quote(saveable(name), safe='')}",
        "Content-Security-Policy": _ALONE,
        "Cache-Control": "public, max-age=300",
    }


async def send_ciphertext(
    request: web.Request, chunks: AsyncIterator[bytes], *, size: int
) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": _BINARY, "Cache-Control": "no-store"})
    return await send(request, answer, chunks, size=size)


async def send(
    request: web.Request, answer: web.StreamResponse, chunks: AsyncIterator[bytes], *, size: int
) -> web.StreamResponse:
    answer.content_length = size
    await answer.prepare(request)
    if request.method == "HEAD":
        return answer
    try:
        async for chunk in chunks:
            async with asyncio.timeout(_CHUNK_SECONDS):
                await answer.write(chunk)
    except (PpvError, TimeoutError) as error:
        # It has begun, so that nobody can be told: it is cut off, lest it be taken for whole.
        if request.transport is not None:
            request.transport.abort()
        if isinstance(error, TimeoutError):
            raise BrokenOff("a file was not read to its end") from error
        raise
    await answer.write_eof()
    return answer
