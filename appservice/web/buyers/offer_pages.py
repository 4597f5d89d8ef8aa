"""Everybody's browser: the offer, what is free of it, and how to get one's own link."""

from collections.abc import Awaitable, Callable
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
from bot.i18n import gettext_lazy
from bot.ids import LinkToken, OfferId, UserId, parse_code, parse_user_id
from bot.services.checkout.request_link import TooOften
from bot.views.page_models import OfferPage, OpenedFile, PersonalPage


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferUseCases:
    """The use cases behind the pages. None means that there is no such thing."""

    show: Callable[[OfferId], Awaitable[OfferPage | None]]
    show_personal: Callable[[OfferId, LinkToken], Awaitable[PersonalPage | None]]
    card: Callable[[OfferId], Awaitable[bytes | None]]
    free: Callable[[OfferId, int], Awaitable[OpenedFile | None]]
    ask: Callable[[OfferId, UserId, str | None], Awaitable[None]]
    """Write to somebody, if they are known where the offer stands; by whom it is asked. Raises UserError."""


_PICTURE_SECONDS = 300
_RETRY_AFTER_SECONDS = 60
_NO_ID = gettext_lazy(
    "That is not a Matrix ID. Yours looks like @bob:example.org, and stands in your chat app's settings."
)


def offer_routes(site: Site, pages: AllPages, use: OfferUseCases) -> list[web.RouteDef]:
    browser = _Browser(site, pages, CsrfGuard(site), use)
    return [
        web.get(OFFER, browser.offer),
        web.get(TEASER, browser.teaser),
        web.get(CARD, browser.card),
        web.get(FREE + r"/{number:\d{1,3}}", browser.free),
        web.post(ASK, browser.ask),
    ]


@dataclass(frozen=True, slots=True)
class _Browser:
    site: Site
    pages: AllPages
    csrf: CsrfGuard
    use: OfferUseCases

    async def offer(self, request: web.Request) -> web.Response:
        """The offer for all, or by the personal link for one. Looking makes nothing."""
        offer, by_link = parse_code(request.match_info["offer"]), "for" in request.query
        if offer is None:
            return self.pages(request).unknown_offer()
        link = personal_link(request)
        personal = await self.use.show_personal(offer, link) if link else None
        if personal is not None and link is not None:
            return self.csrf.page(request, partial(self.pages(request).personal, personal, link))
        shown = await self.use.show(offer)
        if shown is None:
            return self.pages(request).unknown_offer()
        page = partial(self.pages(request).offer, shown)
        return self.csrf.page(
            request, partial(page, dead_link=by_link, asked="asked" in request.query)
        )

    async def teaser(self, request: web.Request) -> web.Response:
        offer = parse_code(request.match_info["offer"])
        shown = await self.use.show(offer) if offer else None
        return _picture(shown.teaser if shown else None)

    async def card(self, request: web.Request) -> web.Response:
        offer = parse_code(request.match_info["offer"])
        return _picture(await self.use.card(offer) if offer else None)

    async def free(self, request: web.Request) -> web.StreamResponse:
        offer, number = parse_code(request.match_info["offer"]), int(request.match_info["number"])
        found = await self.use.free(offer, number) if offer else None
        if found is None:
            raise web.HTTPNotFound
        return await send_file(request, found)

    async def ask(self, request: web.Request) -> web.Response:
        """The very same answer whether or not there is such a person, and whether or not they are known here."""
        typed = (await self.csrf.form(request)).get("who", "")
        offer = parse_code(request.match_info["offer"])
        shown = await self.use.show(offer) if offer else None
        if offer is None or shown is None:
            return self.pages(request).unknown_offer()
        who = parse_user_id(typed)
        if who is None:
            page = partial(self.pages(request).offer, shown)
            return self.csrf.page(request, partial(page, problem=_NO_ID, typed=typed[:255]))
        visitor = visitor_of(request.remote, request.headers.getall("X-Forwarded-For", []))
        try:
            await self.use.ask(offer, who, visitor)
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
