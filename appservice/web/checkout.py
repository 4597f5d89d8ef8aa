"""The buyer's browser, on its way to the checkout."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.lenient_json import loads
from appservice.web.faults import BadRequest
from appservice.web.metrics import Metrics
from appservice.web.site import AGAIN, CHECKOUT, Site
from bot.ids import CheckoutSessionId, LinkToken, PurchaseId, parse_code
from bot.pages import AfterPayment
from bot.words import spoken

WatchPurchase = Callable[[PurchaseId], AbstractContextManager[asyncio.Event]]
"""Set whenever what we know of it has changed, until the block ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPages:
    """The use cases behind the pages. None means that there is no such thing."""

    start: Callable[[LinkToken], Awaitable[str]]
    """The address to go to: the checkout, or the personal page if it is bought. Raises Refusal."""
    again: Callable[[LinkToken, int], Awaitable[None]]
    """Send what is bought once more; after how many rounds. Raises Refusal."""
    settled: Callable[[CheckoutSessionId], Awaitable[AfterPayment | None]]
    """How a payment stands, once the payment processor was asked."""
    known: Callable[[CheckoutSessionId], Awaitable[AfterPayment | None]]
    """How it stands by what we know."""
    changes: WatchPurchase


_LINK = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,6}")
OUR_OWN_PAGES = {None, "same-origin", "none"}


def checkout_routes(site: Site, use: CheckoutPages, metrics: Metrics) -> list[web.RouteDef]:
    browser = _Browser(site, use, metrics)
    return [web.post(CHECKOUT, browser.checkout), web.post(AGAIN, browser.again)]


@dataclass(frozen=True, slots=True)
class _Browser:
    site: Site
    use: CheckoutPages
    metrics: Metrics

    async def checkout(self, request: web.Request) -> web.Response:
        """Only pages of ours may send a browser to pay; programs have no `Sec-Fetch-Site`."""
        link = await _link_in_own_form(request)
        address = await self.use.start(link)
        self.metrics.checkouts.inc()
        return web.json_response(
            {"url": address}, status=HTTPStatus.SEE_OTHER, headers={"Location": address}
        )

    async def again(self, request: web.Request) -> web.Response:
        link, offer = await _link_in_own_form(request), parse_code(request.match_info["offer"])
        rounds = str((await request.post()).get("rounds", ""))
        if offer is None or not _COUNT.fullmatch(rounds):
            raise BadRequest(
                HTTPStatus.BAD_REQUEST, spoken("Please open your link from the chat again.")
            )
        await self.use.again(link, int(rounds))
        back = {"Location": self.site.offer(offer, link)}
        return web.Response(status=HTTPStatus.SEE_OTHER, headers=back)


async def _link_in_own_form(request: web.Request) -> LinkToken:
    """Raises BadRequest for a form of another website, and for one without a personal link."""
    if request.headers.get("Sec-Fetch-Site") not in OUR_OWN_PAGES:
        raise BadRequest(
            HTTPStatus.FORBIDDEN,
            spoken("This came from another website. Please open your own link from the chat."),
        )
    link = await link_in(request)
    if link is None:
        raise BadRequest(
            HTTPStatus.BAD_REQUEST,
            spoken("This is not a personal link. Please open the one from your chat again."),
        )
    return link


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
        said = loads(body)
    except ValueError:
        return None
    return said.get(name) if isinstance(said, dict) else None
