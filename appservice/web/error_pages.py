"""The one place where errors become answers."""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from math import ceil
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.errors import AuthenticationError, TemporaryError, UserError
from bot.i18n import gettext_lazy

_logger = logging.getLogger(__name__)

_RETRY_AFTER_SECONDS = 5
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""NUL, and halves of surrogate pairs."""


class BadRequest(UserError):
    """A request that is wrong in itself, and the HTTP status that says so."""

    def __init__(
        self,
        status: HTTPStatus,
        words: str,
        *,
        code: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        """`retry_after` in seconds."""
        super().__init__(words)
        self.retry_after = retry_after
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error as the caller is told of it."""

    status: HTTPStatus
    words: str
    code: str | None = None
    """A name that programs understand."""
    retry_after: int | None = None
    """Seconds."""


class ReportFault(Protocol):
    async def __call__(self, route: str, fault: str, /) -> None:
        """Have admins told of a route that failed, and of the kind of the error. Raise if that is not possible."""
        ...


REPORT_FAULT: web.AppKey[ReportFault] = web.AppKey("report_fault")

_REPORTED = gettext_lazy(
    "Something went wrong here, and those who run this service have been told."
    " Nothing is lost. Please try again later."
)

Face = Callable[[web.Request, Fault], web.Response]
"""How a fault looks to those who call."""

_WORDS = {
    HTTPStatus.NOT_FOUND: gettext_lazy(
        "There is nothing at this address. Perhaps a part of the link was lost."
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_lazy(
        "This address is not for that. Please go back and try again."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_lazy("That is more than can be taken at once."),
}


def answering_errors(face: Face) -> Middleware:
    """The middleware of one application: whatever a handler raises, `face` answers."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _require_text(request)
            return await handler(request)
        except web.HTTPException as answer:
            fault = _fault_of_status(HTTPStatus(answer.status))
            kept = {"Allow": answer.headers["Allow"]} if "Allow" in answer.headers else {}
        except Exception as error:  # noqa: BLE001 - nothing may pass: this is where errors end
            fault, kept = _fault_of(error, request), {}
            if fault.status is HTTPStatus.INTERNAL_SERVER_ERROR and await _reported(request, error):
                fault = replace(fault, words=_REPORTED)
        response = face(request, fault)
        response.headers.update(kept)
        if fault.retry_after is not None:
            response.headers["Retry-After"] = str(fault.retry_after)
        return response

    return middleware


def _require_text(request: web.Request) -> None:
    """Raises HTTPNotFound for an address with what no database and no UTF-8 can hold."""
    said = (request.path, *(each for pair in request.query.items() for each in pair))
    if any(_UNSTORABLE.search(each) for each in said):
        raise web.HTTPNotFound


def _fault_of_status(status: HTTPStatus) -> Fault:
    words = _WORDS.get(
        status, gettext_lazy("This request could not be understood. Please try again.")
    )
    return Fault(status=status, words=words)


def _fault_of(error: Exception, request: web.Request) -> Fault:
    match error:
        case BadRequest(status=status, code=code, retry_after=pause):
            return Fault(status=status, words=error.words, code=code, retry_after=pause)
        case UserError():
            return Fault(status=HTTPStatus.CONFLICT, words=error.words)
        case AuthenticationError():
            _logger.info("%s %s: %s", request.method, request.rel_url.raw_path, error)
            return Fault(
                status=HTTPStatus.FORBIDDEN, words=gettext_lazy("This is not open to you.")
            )
        case TemporaryError():
            _logger.warning("%s %s: %s", request.method, request.rel_url.raw_path, error)
            return Fault(
                status=HTTPStatus.SERVICE_UNAVAILABLE,
                words=gettext_lazy(
                    "Something that is needed for this is not answering just now."
                    " Nothing is lost. Please try again in a minute."
                ),
                retry_after=ceil(error.retry_after or _RETRY_AFTER_SECONDS),
            )
    _logger.error("%s %s failed", request.method, request.rel_url.raw_path, exc_info=error)
    return Fault(
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        words=gettext_lazy("Something went wrong here. Nothing is lost. Please try again later."),
    )


async def _reported(request: web.Request, error: Exception) -> bool:
    """Return whether the alert is on its way to the admins."""
    report = request.config_dict.get(REPORT_FAULT)
    if report is None:
        return False
    resource = request.match_info.route.resource
    route = f"{request.method} {resource.canonical if resource else '(no such address)'}"
    try:
        await report(route, type(error).__name__)
    except Exception:
        _logger.exception("a failed request could not be reported to admins")
        return False
    return True
