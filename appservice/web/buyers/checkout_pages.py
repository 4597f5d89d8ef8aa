"""The buyer's browser, on its way to the checkout."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.lenient_json import loads
from appservice.metrics import Metrics
from appservice.web.csrf import CsrfGuard, require_no_other_site
from appservice.web.error_pages import BadRequest
from appservice.web.forms import body_of
from appservice.web.site import AGAIN, CHECKOUT, Site
from bot.bootstrap import Bot
from bot.i18n import gettext_lazy
from bot.ids import LinkToken, parse_code
from bot.services.checkout.start_checkout import StartCheckout
from bot.services.delivery.redeliver import Redeliver

_LINK = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,6}")


def checkout_routes(site: Site, bot: Bot, metrics: Metrics) -> list[web.RouteDef]:
    handlers = _CheckoutPages(site, CsrfGuard(site), bot.start_checkout, bot.redeliver, metrics)
    return [web.post(CHECKOUT, handlers.checkout), web.post(AGAIN, handlers.again)]


@dataclass(frozen=True, slots=True)
class _CheckoutPages:
    site: Site
    csrf: CsrfGuard
    start_checkout: StartCheckout
    redeliver: Redeliver
    metrics: Metrics

    async def checkout(self, request: web.Request) -> web.Response:
        """Only pages of ours may send a browser to pay; programs ask in JSON."""
        link = _required(await link_in(request, self.csrf))
        address = await self.start_checkout(link)
        self.metrics.checkouts.inc()
        return web.json_response(
            {"url": address}, status=HTTPStatus.SEE_OTHER, headers={"Location": address}
        )

    async def again(self, request: web.Request) -> web.Response:
        form, offer = await self.csrf.form(request), parse_code(request.match_info["offer"])
        link, rounds = _required(_link(form.get("for"))), form.get("rounds", "")
        if offer is None or not _COUNT.fullmatch(rounds):
            raise BadRequest(
                HTTPStatus.BAD_REQUEST, gettext_lazy("Please open your link from the chat again.")
            )
        await self.redeliver.by_link(link, int(rounds))
        back = {"Location": self.site.offer(offer, link)}
        return web.Response(status=HTTPStatus.SEE_OTHER, headers=back)


def _required(link: LinkToken | None) -> LinkToken:
    """Raises BadRequest without a personal link."""
    if link is None:
        raise BadRequest(
            HTTPStatus.BAD_REQUEST,
            gettext_lazy("This is not a personal link. Please open the one from your chat again."),
        )
    return link


def personal_link(request: web.Request) -> LinkToken | None:
    """From the address; None for what cannot be one."""
    return _link(request.query.get("for"))


async def link_in(request: web.Request, csrf: CsrfGuard) -> LinkToken | None:
    """The field `for` of a form or a JSON object; None for what cannot be a personal link.

    JSON needs no token, because no other website can send it without our leave:
    https://fetch.spec.whatwg.org/#cors-safelisted-request-header
    """
    require_no_other_site(request)
    match request.content_type:
        case "application/x-www-form-urlencoded":
            return _link((await csrf.form(request)).get("for"))
        case "application/json":
            return _link(_json_field(await body_of(request), "for"))
    return None


def _link(value: object) -> LinkToken | None:
    return LinkToken(value) if isinstance(value, str) and _LINK.fullmatch(value) else None


def _json_field(body: bytes, name: str) -> object:
    try:
        said = loads(body)
    except ValueError:
        return None
    return said.get(name) if isinstance(said, dict) else None
