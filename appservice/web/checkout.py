"""The buyer's browser, on its way to the checkout."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.web.faults import BadRequest
from appservice.web.metrics import Metrics
from appservice.web.site import CHECKOUT
from bot.ids import CheckoutSessionId, LinkToken, PurchaseId
from bot.pages import AfterPayment

WatchPurchase = Callable[[PurchaseId], AbstractContextManager[asyncio.Event]]
"""Set whenever what we know of it has changed, until the block ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPages:
    """The use cases behind the pages. None means that there is no such thing."""

    start: Callable[[LinkToken], Awaitable[str]]
    """The address to go to: the checkout, or the personal page if it is bought. Raises Refusal."""
    settled: Callable[[CheckoutSessionId], Awaitable[AfterPayment | None]]
    """How a payment stands, once the payment processor was asked."""
    known: Callable[[CheckoutSessionId], Awaitable[AfterPayment | None]]
    """How it stands by what we know."""
    changes: WatchPurchase


_LINK = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
OUR_OWN_PAGES = {None, "same-origin", "none"}


def checkout_routes(use: CheckoutPages, metrics: Metrics) -> list[web.RouteDef]:
    return [web.post(CHECKOUT, _Browser(use, metrics).checkout)]


@dataclass(frozen=True, slots=True)
class _Browser:
    use: CheckoutPages
    metrics: Metrics

    async def checkout(self, request: web.Request) -> web.Response:
        """Only pages of ours may send a browser to pay; programs have no `Sec-Fetch-Site`."""
        if request.headers.get("Sec-Fetch-Site") not in OUR_OWN_PAGES:
            raise BadRequest(
                HTTPStatus.FORBIDDEN,
                "This came from another website. Please open your own link from the chat.",
            )
        link = await link_in(request)
        if link is None:
            raise BadRequest(
                HTTPStatus.BAD_REQUEST,
                "This is not a personal link. Please open the one from your chat again.",
            )
        address = await self.use.start(link)
        self.metrics.checkouts.inc()
        return web.json_response(
            {"url": address}, status=HTTPStatus.SEE_OTHER, headers={"Location": address}
        )


def personal_link(request: web.Request) -> LinkToken | None:
    """From the address; None for what cannot be one."""
    link = request.query.get("for", "")
    return LinkToken(link) if _LINK.fullmatch(link) else None


async def link_in(request: web.Request) -> LinkToken | None:
    """The field `for` of a form or a JSON object; None for what cannot be a personal link."""
    value: object = None
    match request.content_type:
        case "application/x-www-form-urlencoded":
            value = (await request.post()).get("for")
        case "application/json":
            value = _json_field(await request.read(), "for")
    return LinkToken(value) if isinstance(value, str) and _LINK.fullmatch(value) else None


def _json_field(body: bytes, name: str) -> object:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said.get(name) if isinstance(said, dict) else None
