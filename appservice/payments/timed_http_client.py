"""An HTTP client of Stripe's SDK that times each request."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe

from appservice.metrics import CallTimer

_RESOURCE = re.compile(r"|v[0-9]|[a-z_]{1,30}")


class TimedHttpClient(stripe.HTTPXClient):
    def __init__(self, timer: CallTimer, **options: Any) -> None:
        super().__init__(**options)
        self._timer = timer

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        with self._timer.timed(method.upper(), endpoint_of(url)) as call:
            body, call.status, answer_headers = await super().request_async(
                method, url, headers, post_data
            )
        return body, call.status, answer_headers


def endpoint_of(url: str) -> str:
    """Return the path with `{}` for each id, e.g. `/v1/payment_intents/{}`. Stripe's ids contain digits."""
    segments = urlsplit(url).path.split("/")
    return "/".join(each if _RESOURCE.fullmatch(each) else "{}" for each in segments)
