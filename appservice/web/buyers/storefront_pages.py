"""Everybody's browser: a seller's page, if there is one, and what is found on it."""

import re

from aiohttp import web

from appservice.web.buyers.page_renderer import AllPages
from appservice.web.site import STOREFRONT
from bot.views.storefront_page import StorefrontPageView

_NUMBER = re.compile(r"[0-9]{1,6}")
_LONGEST = 100


def storefront_routes(pages: AllPages, view: StorefrontPageView) -> list[web.RouteDef]:
    async def show(request: web.Request) -> web.Response:
        number, wanted = (request.query.get(name, "") for name in ("page", "q"))
        page = int(number) if _NUMBER.fullmatch(number) else 1
        found = await view(request.match_info["name"], wanted.strip()[:_LONGEST], page)
        shown = pages(request)
        return shown.storefront(found) if found else shown.unknown_storefront()

    return [web.get(STOREFRONT, show)]
