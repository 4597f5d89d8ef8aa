"""Refusals in Stripe's words and shape (https://docs.stripe.com/api/errors)."""

from http import HTTPStatus
from typing import Any

from sandbox.stripe.vocabulary import StripeObject

INVALID_REQUEST = "invalid_request_error"
IDEMPOTENCY = "idempotency_error"
API = "api_error"


class StripeError(Exception):
    """An answer that is not 200.

    `remembered` says whether an idempotency key keeps this answer: Stripe keeps what an endpoint
    answered once it ran, and keeps nothing when the parameters did not pass, the key was in use,
    or a limit was hit.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = HTTPStatus.BAD_REQUEST,
        kind: str = INVALID_REQUEST,
        code: str | None = None,
        param: str | None = None,
        remembered: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = int(status)
        self.kind = kind
        self.code = code
        self.param = param
        self.remembered = remembered

    def body(self) -> StripeObject:
        error: dict[str, Any] = {"message": self.message, "type": self.kind}
        if self.code is not None:
            error["code"] = self.code
            error["doc_url"] = f"https://docs.stripe.com/error-codes/{self.code.replace('_', '-')}"
        if self.param is not None:
            error["param"] = self.param
        return {"error": error}


def no_such(kind: str, object_id: str, param: str = "id") -> StripeError:
    return StripeError(
        f"No such {kind}: '{object_id}'",
        status=HTTPStatus.NOT_FOUND,
        code="resource_missing",
        param=param,
        remembered=True,
    )


def wrong_state(message: str, *, code: str | None = None) -> StripeError:
    """What was asked for is well formed, but not possible any more, or not yet."""
    return StripeError(message, code=code, remembered=True)


def not_emulated(param: str) -> StripeError:
    """Stripe would take this parameter; ignoring it silently would make tests lie."""
    return StripeError(
        f"This emulator does not carry out '{param}' and so refuses it. Real Stripe knows it.",
        param=param,
    )


def unknown_url(method: str, path: str) -> StripeError:
    return StripeError(
        f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove "
        "the trailing slash. If you are trying to retrieve an object, make sure you passed a valid "
        "(non-empty) identifier in your code.",
        status=HTTPStatus.NOT_FOUND,
    )


def internal(message: str = "An unexpected error occurred.") -> StripeError:
    return StripeError(message, status=HTTPStatus.INTERNAL_SERVER_ERROR, kind=API)


def conflict() -> StripeError:
    return StripeError(
        "This object cannot be accessed right now because another API request or Stripe process "
        "is currently accessing it. Try the request again.",
        status=HTTPStatus.CONFLICT,
        code="lock_timeout",
    )


def too_many_requests() -> StripeError:
    return StripeError(
        "Request rate limit exceeded. Slow down and try again.",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        code="rate_limit",
    )
