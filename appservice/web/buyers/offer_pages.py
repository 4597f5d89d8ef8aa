"""Everybody's browser: the offer, what is free of it, and how to get one's own link."""

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.web.buyers.checkout_pages import personal_link
from appservice.web.buyers.page_renderer import AllPages
from appservice.web.csrf import CsrfGuard
from appservice.web.error_pages import BadRequest
from appservice.web.ranges import send_file
from appservice.web.rate_limit import visitor_of
from appservice.web.site import ASK, CARD, FREE, OFFER, TEASER, Site
from bot.bootstrap import Bot
from bot.i18n import gettext_lazy
from bot.ids import parse_code, parse_user_id
from bot.services.checkout.request_link import RequestLink, TooOften
from bot.views.free_previews import FreePreviews
from bot.views.offer_page import OfferPageView

_PICTURE_SECONDS = 300
_RETRY_AFTER_SECONDS = 60
_NO_ID = gettext_lazy(
    "That is not a Matrix ID. Yours looks like @bob:example.org, and stands in your chat app's settings."
)


def offer_routes(site: Site, pages: AllPages, bot: Bot) -> list[web.RouteDef]:
    handlers = _OfferPages(
        site, pages, CsrfGuard(site), bot.offer_page_view, bot.free_previews, bot.request_link
    )
    return [
        web.get(OFFER, handlers.offer),
        web.get(TEASER, handlers.teaser),
        web.get(CARD, handlers.card),
        web.get(FREE + r"/{number:\d{1,3}}", handlers.free),
        web.post(ASK, handlers.ask),
    ]


@dataclass(frozen=True, slots=True)
class _OfferPages:
    site: Site
    pages: AllPages
    csrf: CsrfGuard
    view: OfferPageView
    previews: FreePreviews
    request_link: RequestLink

    async def offer(self, request: web.Request) -> web.Response:
        """The offer for all, or by the personal link for one. Looking makes nothing."""
        offer, by_link = parse_code(request.match_info["offer"]), "for" in request.query
        if offer is None:
            return self.pages(request).unknown_offer()
        link = personal_link(request)
        personal = await self.view.purchase(offer, link) if link else None
        if personal is not None and link is not None:
            return self.csrf.page(request, partial(self.pages(request).personal, personal, link))
        shown = await self.view.offer(offer)
        if shown is None:
            return self.pages(request).unknown_offer()
        page = partial(self.pages(request).offer, shown)
        return self.csrf.page(
            request, partial(page, dead_link=by_link, asked="asked" in request.query)
        )

    async def teaser(self, request: web.Request) -> web.Response:
        offer = parse_code(request.match_info["offer"])
        shown = await self.view.offer(offer) if offer else None
        return _picture(shown.teaser if shown else None)

    async def card(self, request: web.Request) -> web.Response:
        offer = parse_code(request.match_info["offer"])
        return _picture(await self.view.card(offer) if offer else None)

    async def free(self, request: web.Request) -> web.StreamResponse:
        offer, number = parse_code(request.match_info["offer"]), int(request.match_info["number"])
        found = await self.previews.file(offer, number) if offer else None
        if found is None:
            raise web.HTTPNotFound
        return await send_file(request, found)

    async def ask(self, request: web.Request) -> web.Response:
        """The very same answer whether or not there is such a person, and whether or not they are known here."""
        typed = (await self.csrf.form(request)).get("who", "")
        offer = parse_code(request.match_info["offer"])
        shown = await self.view.offer(offer) if offer else None
        if offer is None or shown is None:
            return self.pages(request).unknown_offer()
        who = parse_user_id(typed)
        if who is None:
            page = partial(self.pages(request).offer, shown)
            return self.csrf.page(request, partial(page, problem=_NO_ID, typed=typed[:255]))
        visitor = visitor_of(request.remote, request.headers.getall("X-Forwarded-For", []))
        try:
            await self.request_link(offer, who, visitor)
        except TooOften as refusal:
            raise BadRequest(
                HTTPStatus.TOO_MANY_REQUESTS, refusal.words, retry_after=_RETRY_AFTER_SECONDS
            ) from refusal
        location = {"Location": f"{self.site.offer(offer)}?asked"}
        return web.Response(status=HTTPStatus.SEE_OTHER, headers=location)


def _picture(png: bytes | None) -> web.Response:
    if png is None:
        raise web.HTTPNotFound
    return web.Response(
        body=png,
        content_type="image/png",
        headers={"Cache-Control": f"public, max-age={_PICTURE_SECONDS}"},
    )
