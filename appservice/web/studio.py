"""The seller's browser: the studio."""

from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.web.own_pages import OwnPages
from appservice.web.site import STUDIO
from appservice.web.visitors import Visitor, Visitors


def studio_routes(pages: OwnPages, visitors: Visitors) -> list[web.RouteDef]:
    studio = _Studio(pages)
    return [web.get(STUDIO, pages.for_sellers(visitors, studio.home))]


@dataclass(frozen=True, slots=True)
class _Studio:
    pages: OwnPages

    async def home(self, _: web.Request, visitor: Visitor) -> web.Response:
        return self.pages.page("studio/home.html", HTTPStatus.OK, visitor=visitor)
