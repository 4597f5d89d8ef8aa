"""Files of any size, piece by piece."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import quote

from aiohttp import web

from appservice.web.uploads import BrokenOff
from bot.errors import PpvError
from bot.media_types import essence

_SHOWN = frozenset(
    "image/png image/jpeg image/gif image/webp image/avif"
    " video/mp4 video/webm video/ogg audio/mpeg audio/mp4 audio/ogg audio/wav audio/webm audio/flac".split()
)
"""Browsers may show these; whatever else a seller calls a file is only ever saved."""
_ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
_BINARY = "application/octet-stream"
_CHUNK_SECONDS = 120
"""For one piece: whoever reads none of it for so long holds a connection for nothing."""


def may_be_shown(mimetype: str) -> bool:
    return essence(mimetype) in _SHOWN


def file_headers(name: str, mimetype: str) -> dict[str, str]:
    """Of a file that everybody may have."""
    shown = may_be_shown(mimetype)
    return {
        "Content-Type": mimetype if shown else _BINARY,
        "Content-Disposition": f"{'inline' if shown else 'attachment'};"
        f" filename*=UTF-8''{quote(name, safe='')}",
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
