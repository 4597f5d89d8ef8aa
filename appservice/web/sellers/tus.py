"""Uploads that go on where they broke off, by the tus protocol: core, creation, expiration and termination.

https://tus.io/protocols/resumable-upload (1.0.0). Making the same upload once more tells how far it is,
so a browser needs no memory of its own to go on with a file.
"""

import asyncio
import base64
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler

from appservice.matrix.content.sanitize import file_name
from appservice.web.error_pages import BadRequest
from appservice.web.multipart import CONNECTION_LOST, BrokenOff, mimetype_of
from bot.domain.offers.upload import UploadMetadata, UploadStatus
from bot.i18n import gettext_lazy
from bot.ids import AttachmentId, OfferId, UserId
from bot.services.drafts.chat_draft import TooLarge
from bot.services.uploads.part_store import LEAST_PART_BYTES, PART_BYTES
from bot.services.uploads.resumable_upload import NoSuchUpload, ResumableUploads, TooMuch

_VERSION = "1.0.0"
_BYTES = "application/offset+octet-stream"
_SEALED = "application/vnd.matrix-ppv.sealed"
"""No part of the protocol: one part of a file, as the browser sealed it."""
_ROOM_FOR_SEAL = 64
"""Bytes; nonce and tag are 28."""
_SILENCE_SECONDS = 30
"""After that nothing more is awaited of a connection, and what came is kept."""
_LARGEST_POSTER = 2 * 1024 * 1024
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Tus:
    """Whose draft it is, and whether a page of ours asks, has been seen to before."""

    uploads: ResumableUploads

    def options(self) -> web.Response:
        return _answer(
            HTTPStatus.NO_CONTENT,
            {
                "Tus-Version": _VERSION,
                "Tus-Extension": "creation,expiration,termination",
                "Tus-Max-Size": str(self.uploads.limits.file_size),
            },
        )

    async def begin(
        self, request: web.Request, seller: UserId, offer: OfferId, address: str
    ) -> web.Response:
        """`address`: what uploads stand below."""
        said = _metadata(request.headers.get("Upload-Metadata", ""))
        announced = UploadMetadata(
            name=file_name(said.get("filename", "")),
            size=_number(request.headers.get("Upload-Length")),
            content=_content(said.get("content", "")),
            mimetype=mimetype_of(said.get("filetype", "")),
            width=_measure(said.get("width")),
            height=_measure(said.get("height")),
            duration_ms=_measure(said.get("duration")),
        )
        try:
            arrived = await self.uploads.begin(seller, offer, announced)
        except TooLarge as refusal:
            raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refusal.words) from refusal
        return _answer(
            HTTPStatus.CREATED, _progress(arrived) | {"Location": f"{address}/{arrived.id}"}
        )

    async def look(
        self, _: web.Request, seller: UserId, offer: OfferId, id_: AttachmentId
    ) -> web.Response:
        arrived = await self.uploads.look(seller, offer, id_)
        length = {"Upload-Length": str(arrived.size)}
        return _answer(HTTPStatus.OK, _progress(arrived) | length)

    async def take(
        self, request: web.Request, seller: UserId, offer: OfferId, id_: AttachmentId
    ) -> web.Response:
        if request.content_type not in {_BYTES, _SEALED}:
            raise BadRequest(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, gettext_lazy("Only the bytes of a file go here.")
            )
        start = _number(request.headers.get("Upload-Offset"))
        try:
            if request.content_type == _SEALED:
                sealed = await _all_of(request, PART_BYTES + _ROOM_FOR_SEAL)
                arrived = await self.uploads.take_sealed(seller, offer, id_, start, sealed)
            else:
                arrived = await self.uploads.take(seller, offer, id_, start, _chunks(request))
        except TooMuch as refusal:
            raise BadRequest(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, refusal.words) from refusal
        return _answer(HTTPStatus.NO_CONTENT, _progress(arrived))

    async def key(
        self, _: web.Request, seller: UserId, offer: OfferId, id_: AttachmentId
    ) -> web.Response:
        """No part of the protocol: what the browser seals the parts with, and how large they may be."""
        key = await self.uploads.key(seller, offer, id_)
        facts = {
            "key": base64.b64encode(key.key).decode(),
            "least": LEAST_PART_BYTES,
            "most": PART_BYTES,
        }
        return web.json_response(facts, headers={"Cache-Control": "no-store"})

    async def illustrate(
        self, request: web.Request, seller: UserId, offer: OfferId, id_: AttachmentId
    ) -> web.Response:
        """No part of the protocol: a picture out of a film."""
        picture = await _all_of(request, _LARGEST_POSTER)
        sealed = request.content_type == _SEALED
        await self.uploads.illustrate(seller, offer, id_, picture, sealed=sealed)
        return _answer(HTTPStatus.NO_CONTENT)

    async def stop(
        self, _: web.Request, seller: UserId, offer: OfferId, id_: AttachmentId
    ) -> web.Response:
        await self.uploads.stop(seller, offer, id_)
        return _answer(HTTPStatus.NO_CONTENT)


def speaking_tus(handler: Handler) -> Handler:
    """Those who speak another version are told which we speak, and nothing is done."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Tus-Resumable") != _VERSION:
            return web.Response(
                status=HTTPStatus.PRECONDITION_FAILED,
                headers={"Tus-Resumable": _VERSION, "Tus-Version": _VERSION},
            )
        try:
            return await handler(request)
        except NoSuchUpload as refusal:
            raise BadRequest(HTTPStatus.NOT_FOUND, refusal.words) from refusal

    return handle


def _answer(status: HTTPStatus, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, headers={"Tus-Resumable": _VERSION, **(headers or {})})


def _progress(arrived: UploadStatus) -> dict[str, str]:
    headers = {"Upload-Offset": str(arrived.bytes)}
    if arrived.expires_at:
        headers["Upload-Expires"] = format_datetime(arrived.expires_at, usegmt=True)
    return headers


def _number(said: str | None) -> int:
    if said is None or not _NUMBER.fullmatch(said):
        raise BadRequest(HTTPStatus.BAD_REQUEST, gettext_lazy("How many bytes are there?"))
    return int(said)


def _content(said: str) -> str | None:
    """A SHA-256 in hex; None for anything else."""
    return said if re.fullmatch(r"[0-9a-f]{64}", said) else None


def _measure(said: str | None) -> int | None:
    return int(said) if said and _NUMBER.fullmatch(said) else None


def _metadata(header: str) -> dict[str, str]:
    """Keys, each with its value in base 64. Raises BadRequest."""
    try:
        pairs = [pair.strip().partition(" ") for pair in header.split(",")]
        return {
            key: base64.b64decode(value, validate=True).decode(errors="replace")
            for key, _, value in pairs
            if key
        }
    except ValueError:  # what is not ASCII is none that binascii knows
        raise BadRequest(
            HTTPStatus.BAD_REQUEST, gettext_lazy("That is no description of a file.")
        ) from None


async def _all_of(request: web.Request, most: int) -> bytes:
    """Raises BadRequest for more than that, BrokenOff."""
    body = bytearray()
    async for chunk in _chunks(request):
        body += chunk
        if len(body) > most:
            raise BadRequest(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                gettext_lazy("That is more than can be taken at once."),
            )
    return bytes(body)


async def _chunks(request: web.Request) -> AsyncIterator[bytes]:
    """Raises BrokenOff when the connection ends before all of it was here, or falls silent."""
    try:
        while True:
            async with asyncio.timeout(_SILENCE_SECONDS):
                chunk = await request.content.readany()
            if not chunk:
                return
            yield chunk
    except (*CONNECTION_LOST, TimeoutError) as error:
        raise BrokenOff(f"an upload broke off: {type(error).__name__}") from error
