"""Who may come in, and in which version they must speak."""

import base64
import binascii
import hmac
from http import HTTPStatus

from aiohttp import web

from sandbox.stripe.errors import StripeError
from sandbox.stripe.vocabulary import API_VERSION

TEST_KEY_PREFIXES = ("sk_test_", "rk_test_")


def check_access(request: web.Request, secret_key: str) -> None:
    """Raises StripeError for a wrong key, or another API version."""
    key = _key(request.headers.get("Authorization", ""))
    if key.startswith(("sk_live_", "rk_live_")):
        raise _unauthorized(
            "This is an emulator that moves no money, and you sent it a live key. Take the key "
            "away from here, and roll it: https://dashboard.stripe.com/apikeys"
        )
    if not key:
        raise _unauthorized(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, using Bearer auth (e.g. 'Authorization: Bearer "
            "YOUR_SECRET_KEY')."
        )
    if not key.startswith(TEST_KEY_PREFIXES) or not hmac.compare_digest(
        key.encode(), secret_key.encode()
    ):
        raise _unauthorized(f"Invalid API Key provided: {_masked(key)}")
    version = request.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise StripeError(
            f"Invalid Stripe API version: {version}. This emulator only speaks {API_VERSION}."
        )


def _key(header: str) -> str:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _masked(key: str) -> str:
    return f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)


def _unauthorized(message: str) -> StripeError:
    return StripeError(message, status=HTTPStatus.UNAUTHORIZED)
