"""Everybody's browser: a seller's page, if there is one, and what is found on it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from appservice.web.buyers.page_renderer import AllPages
from appservice.web.site import STOREFRONT
from bot.views.page_models import StorefrontPage


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontUseCases:
    """The use case behind the page."""

    show: Callable[[str, str, int], Awaitable[StorefrontPage | None]]
    """By name, with words to be found and the number of the page. None for one that is not there."""


_NUMBER = re.compile(r"[0-9]{1,6}")
_LONGEST = 100


def storefront_routes(pages: AllPages, use: StorefrontUseCases) -> list[web.RouteDef]:
    async def show(request: web.Request) -> web.Response:
        number, wanted = (request.query.get(name, "") for name in ("page", "q"))
        page = int(number) if _NUMBER.fullmatch(number) else 1
        found = await use.show(request.match_info["name"], wanted.strip()[:_LONGEST], page)
        shown = pages(request)
        return shown.storefront(found) if found else shown.unknown_storefront()

    return [web.get(STOREFRONT, show)]
