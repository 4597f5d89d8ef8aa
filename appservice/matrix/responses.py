"""A homeserver's error answers, classed by who can mend them.

https://spec.matrix.org/v1.17/client-server-api/#standard-error-response
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from appservice.lenient_json import loads
from appservice.matrix.json_fields import count
from bot.errors import OperatorError, PpvError, TemporaryError, UserError, UsuallyTemporaryError

NO_REFUSALS: Mapping[str, str] = {}

_LOST_IDENTITY = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"})
_LONGEST = 200
_DIGITS = 9
"""Seconds that are longer are no answer."""


class MatrixRejected(OperatorError):
    """The homeserver will not do it, however often it is asked."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(f"the homeserver answered {status} {code}: {words}")
        self.status = status
        self.code = code


class HomeserverFailed(TemporaryError):
    """The homeserver answered with an error of its own; `code` is Matrix's, such as `M_BAD_STATUS`."""

    def __init__(self, status: int, code: str, words: str, answer: Mapping[str, Any]) -> None:
        super().__init__(f"the homeserver answered {status} {code}: {words}")
        self.code = code
        self.answer = answer


class TokenUnknown(UsuallyTemporaryError):
    """The homeserver does not know our token, as happens while it reads its configuration anew."""


class NoMatrixAnswer(UsuallyTemporaryError):
    """Something else than the homeserver has answered, e.g. a proxy in front of it with a page for people."""

    def __init__(self, status: int) -> None:
        super().__init__(f"{status} without a Matrix error code: is a proxy in the way?")
        self.status = status


class UnknownDevice(TemporaryError):
    """The homeserver knows the bot, but not its device: somebody has deleted it, and we make another."""


class NotYetUploaded(TemporaryError):
    """The address is reserved, but its bytes have not come."""


def error_of(
    status: int, headers: Mapping[str, str], body: bytes, refusals: Mapping[str, str]
) -> PpvError:
    """What an answer other than 2xx means.

    `refusals` says, by Matrix error code, what the person who caused the request can mend.
    """
    answer = json_object(body) or {}
    code, words = _text(answer, "errcode"), _text(answer, "error")
    if status == HTTPStatus.TOO_MANY_REQUESTS or code == "M_LIMIT_EXCEEDED":
        return TemporaryError(
            "the homeserver asks for patience", retry_after=_patience(headers, answer)
        )
    if code == "M_NOT_YET_UPLOADED":
        return NotYetUploaded("the upload of this file is not finished")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return HomeserverFailed(status, code, words, answer)
    if not code:
        return NoMatrixAnswer(status)
    if code in refusals:
        return UserError(refusals[code])
    return _rejection(status, code, words)


def _rejection(status: int, code: str, words: str) -> PpvError:
    if code == "M_UNKNOWN_DEVICE":
        return UnknownDevice("the bot's device is gone from the homeserver")
    if code in _LOST_IDENTITY:
        return TokenUnknown(
            f"the homeserver does not know us any more ({code}: {words}). Check the registration"
            " file and as_token, restart the homeserver, then matrix-ppv."
        )
    return MatrixRejected(status, code, words)


def json_object(body: bytes) -> dict[str, Any] | None:
    """None for anything but a JSON object."""
    try:
        value = loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return value[:_LONGEST] if isinstance(value, str) else ""


def _patience(headers: Mapping[str, str], answer: Mapping[str, Any]) -> float | None:
    """Seconds: the header as of Matrix 1.10, the older field in milliseconds, or None."""
    said = headers.get("Retry-After", "")
    if said.isdecimal() and len(said) <= _DIGITS:
        return float(said)
    older = count(answer, "retry_after_ms")
    return None if older is None else older / 1000
