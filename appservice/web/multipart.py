"""Files out of a browser's form, piece by piece: nothing of them is ever held whole, or on a disk unsealed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http import HttpProcessingError

from appservice.matrix.content.sanitize import file_name
from appservice.web.error_pages import BadRequest
from bot.domain.offers.media_types import ANYTHING, normalized
from bot.errors import TemporaryError
from bot.i18n import gettext_lazy

_CHUNK = 256 * 1024
_LONGEST_FIELD = 4096
CONNECTION_LOST = (ConnectionError, HttpProcessingError, ValueError, AssertionError)
"""How aiohttp says that a connection ended, or that what came is no form."""


class BrokenOff(TemporaryError):
    """The browser was closed, or the connection lost, before all of it was here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    name: str = field(repr=False)
    mimetype: str
    chunks: AsyncIterator[bytes]
    """To be taken before the next part of the form. Raises BrokenOff."""


async def iter_parts(request: web.Request) -> AsyncIterator[tuple[str, str | UploadedFile]]:
    """The parts of a form by name, in their order: words, or a file that was chosen.

    Raises BadRequest for what is no such form, and BrokenOff.
    """
    try:
        reader = await request.multipart()
    except CONNECTION_LOST:
        raise BadRequest(
            HTTPStatus.BAD_REQUEST, gettext_lazy("These are no files from our page.")
        ) from None
    while (part := await _next(reader)) is not None:
        if part.filename is None:
            yield part.name or "", await _words(part)
        elif part.filename:
            yield part.name or "", _file(part)
        await _rest(part)


async def _next(reader: MultipartReader) -> BodyPartReader | None:
    try:
        part = await reader.next()
    except CONNECTION_LOST as error:
        raise BrokenOff(f"a form broke off: {type(error).__name__}") from error
    return part if isinstance(part, BodyPartReader) else None


async def _words(part: BodyPartReader) -> str:
    words = b"".join([chunk async for chunk in _chunks(part, most=_LONGEST_FIELD)])
    return words.decode(errors="replace")


def _file(part: BodyPartReader) -> UploadedFile:
    return UploadedFile(
        name=file_name(_unescaped(part.filename or "")),
        mimetype=mimetype_of(part.headers.get("Content-Type", "")),
        chunks=_chunks(part),
    )


def _unescaped(name: str) -> str:
    """Return the name of a file as it was before the browser escaped it for a form.

    https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
    """
    return name.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")


def mimetype_of(said: str) -> str:
    """What a browser calls the kind of a file, or the name for anything."""
    return normalized(said) or ANYTHING


async def _chunks(part: BodyPartReader, most: int | None = None) -> AsyncIterator[bytes]:
    size = 0
    try:
        while chunk := await part.read_chunk(_CHUNK):
            size += len(chunk)
            if most is not None and size > most:
                raise BadRequest(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE, gettext_lazy("That is too long.")
                )
            yield chunk
    except CONNECTION_LOST as error:
        raise BrokenOff(f"a file broke off: {type(error).__name__}") from error
    if not part.at_eof():
        raise BrokenOff("a file has no end")


async def _rest(part: BodyPartReader) -> None:
    """What nobody wanted of it: it must pass before the next one comes."""
    async for _ in _chunks(part):
        pass
