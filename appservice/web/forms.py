"""Request bodies, read within a bounded time and size, and forms, which must be what they say they are."""

import asyncio
from http import HTTPStatus
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http import HttpProcessingError
from multidict import MultiDict, MultiDictProxy

from appservice.web.connections import awaiting_body
from appservice.web.error_pages import BadRequest
from appservice.web.multipart import BrokenOff
from bot.i18n import gettext_lazy

Form = MultiDictProxy[str]

FORM = "application/x-www-form-urlencoded"
_BODY_SECONDS = 20
"""For all of a body that is held in memory. Uploads have limits of their own."""
_MOST_FIELDS = 1000
_TYPED = (
    "text",
    "words",
    "price",
    "room",
    "when",
    "name",
    "about",
    "to",
    "amount",
    "reason",
    "email",
    "who",
)
"""The fields of the forms on people's own pages that are typed, and not chosen."""
_FIELDS: web.RequestKey[MultiDictProxy[str]] = web.RequestKey("fields")
"""Under which a request remembers its form once it was read."""
_UTF_8 = frozenset({None, "utf-8", "utf8"})


async def body_of(request: web.Request, seconds: float = _BODY_SECONDS) -> bytes:
    """Return the whole body. Raises BadRequest, BrokenOff, and what aiohttp raises for one too large."""
    try:
        with awaiting_body(request):
            async with asyncio.timeout(seconds):
                return await request.read()
    except TimeoutError:
        raise BadRequest(
            HTTPStatus.REQUEST_TIMEOUT,
            gettext_lazy("What you sent took too long to arrive. Please try again."),
        ) from None
    except (web.RequestPayloadError, HttpProcessingError):
        raise _not_understood() from None
    except ConnectionError as error:
        raise BrokenOff(f"a request broke off: {type(error).__name__}") from error


async def form_of(request: web.Request) -> Form:
    """Return the fields of a form without files. Raises BadRequest and BrokenOff.

    Browsers send such forms in the charset of their page, which is UTF-8 for all of ours:
    https://url.spec.whatwg.org/#application/x-www-form-urlencoded
    """
    if request.content_type != FORM or (request.charset or "utf-8").lower() not in _UTF_8:
        raise BadRequest(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            gettext_lazy(
                "This is no form from our page. Please open the page again and try once more."
            ),
        )
    try:
        fields = parse_qsl(
            (await body_of(request)).decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:  # UnicodeDecodeError is one, too
        raise _not_understood() from None
    if any("\0" in each for field in fields for each in field):
        raise _not_understood()
    form = request[_FIELDS] = MultiDictProxy(MultiDict(fields))
    return form


async def typed_by_the_signed_out(request: web.Request) -> dict[str, str]:
    """Return what somebody had typed into a form of ours, by the names of its fields; nothing if unsure.

    Only where the browser vouches that our own page asks: no other website may put words on our page.
    """
    if request.method != "POST" or request.content_type != FORM:
        return {}
    try:
        await form_of(request)
    except (BadRequest, BrokenOff):
        return {}
    return typed_before_fault(request)


def typed_before_fault(request: web.Request) -> dict[str, str]:
    """Return the same of a form that was read already, before something failed."""
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return {}
    form: Form = request.get(_FIELDS) or MultiDictProxy(MultiDict())
    return {name: form[name] for name in _TYPED if form.get(name, "").strip()}


def _not_understood() -> BadRequest:
    return BadRequest(
        HTTPStatus.BAD_REQUEST,
        gettext_lazy("This form could not be read. Please open the page again and try once more."),
    )
