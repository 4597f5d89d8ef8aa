"""Files for everybody, whole or in part: players of films ask for the part that they are about to show.

https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
"""

import re
from http import HTTPStatus

from aiohttp import web

from appservice.web.streaming import file_headers, send
from bot.views.page_models import OpenedFile

_ONE_RANGE = re.compile(
    r"bytes\s*=\s*(?P<first>[0-9]{0,18})-(?P<last>[0-9]{0,18})\s*", re.IGNORECASE
)


async def send_file(request: web.Request, opened: OpenedFile) -> web.StreamResponse:
    """Several ranges at once are answered with all of it, as is a range of a file that is another one now."""
    file = opened.file
    tag = f'"{file.tag}"'
    headers = {**file_headers(file.name, file.mimetype), "Accept-Ranges": "bytes", "ETag": tag}
    if _known_already(request, tag):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    if request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        wanted = None
    else:
        wanted = part_of(request.headers.get("Range", ""), file.size)
    if wanted is None:
        whole = web.StreamResponse(headers=headers)
        return await send(request, whole, opened.read(0, file.size), size=file.size)
    if not wanted:
        headers |= {"Content-Range": f"bytes */{file.size}", "Content-Type": "text/plain"}
        return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{file.size}"
    part = web.StreamResponse(status=HTTPStatus.PARTIAL_CONTENT, headers=headers)
    chunks = opened.read(wanted.start, len(wanted))
    return await send(request, part, chunks, size=len(wanted))


def part_of(header: str, size: int) -> range | None:
    """The bytes that are asked for: empty for none of those there are, None for all, or what is not understood."""
    found = _ONE_RANGE.fullmatch(header)
    if found is None or not (found["first"] or found["last"]):
        return None
    if not found["first"]:
        return range(max(0, size - int(found["last"])), size)
    first, last = int(found["first"]), int(found["last"] or size)
    if found["last"] and last < first:
        return None
    return range(first, min(last + 1, size))


def _known_already(request: web.Request, tag: str) -> bool:
    known = [
        each.strip().removeprefix("W/")
        for each in request.headers.get("If-None-Match", "").split(",")
    ]
    return tag in known or "*" in known
