"""Asking Stripe for one thing, once, even where its own memory stands in the way.

Under one idempotency key Stripe gives one answer for a day, a failure of its own included. When that failure
comes back as a memory, the next try goes under another key. So it does when the key was used for another
request, which happens after a backup was restored. https://docs.stripe.com/api/idempotent_requests
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeVar

import stripe

_KEYS = 5

T = TypeVar("T")


async def once(key: str, ask: Callable[[str], Awaitable[T]]) -> T:
    """`ask` under `key`, or under the first of the keys derived from it that remembers no failure."""
    for number in range(2, _KEYS + 1):
        try:
            return await ask(key)
        except stripe.IdempotencyError as error:
            if error.http_status != HTTPStatus.BAD_REQUEST:
                raise  # Another request under this key is under way.
        except stripe.APIError as error:
            if not _is_remembered(error):
                raise
        key = f"{key.partition('#')[0]}#{number}"
    return await ask(key)


def _is_remembered(error: stripe.APIError) -> bool:
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    return headers.get("idempotent-replayed") == "true"
