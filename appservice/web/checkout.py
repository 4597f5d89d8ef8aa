"""The buyer's browser: the way to the checkout, and the way back."""

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.web.faults import BadRequest
from appservice.web.metrics import Metrics
from appservice.web.pages import Pages
from appservice.web.site import AFTER_PAYMENT, CHECKOUT, Site
from bot.ids import CheckoutSessionId, LinkToken
from bot.pages import AfterPayment


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutPages:
    """The use cases behind the pages. None means that there is no such thing."""

    start_checkout: Callable[[LinkToken], Awaitable[str]]
    """The address to go to: the checkout, or the personal page if it is bought. Raises Refusal."""
    after_payment: Callable[[CheckoutSessionId], Awaitable[AfterPayment | None]]


_SESSION = re.compile(r"cs_(test|live)_[A-Za-z0-9]{10,200}", re.ASCII)
_LINK = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_LOOKS = re.compile(r"[0-9]{1,3}")
OUR_OWN_PAGES = {None, "same-origin", "none"}


def checkout_routes(
    site: Site, pages: Pages, use: CheckoutPages, metrics: Metrics
) -> list[web.RouteDef]:
    browser = _Browser(site, pages, use, metrics)
    return [
        web.post(CHECKOUT, browser.checkout),
        web.get(AFTER_PAYMENT, browser.after_payment),
    ]


@dataclass(frozen=True, slots=True)
class _Browser:
    site: Site
    pages: Pages
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
        address = await self.use.start_checkout(link)
        self.metrics.checkouts.inc()
        return web.json_response(
            {"url": address}, status=HTTPStatus.SEE_OTHER, headers={"Location": address}
        )

    async def after_payment(self, request: web.Request) -> web.Response:
        """Anybody may load this: it tells nothing of who bought what."""
        session = request.query.get("session_id", "")
        after = None
        if _SESSION.fullmatch(session):
            after = await self.use.after_payment(CheckoutSessionId(session))
        if after is None:
            return self.pages.unknown_payment()
        looks = request.query.get("looks", "")
        return self.pages.after_payment(
            after, CheckoutSessionId(session), looks=int(looks) if _LOOKS.fullmatch(looks) else 0
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
