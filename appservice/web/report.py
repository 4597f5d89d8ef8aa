"""Anybody's browser: the form to report an offer, and the page that says what became of the report."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.web.checkout import OUR_OWN_PAGES
from appservice.web.faults import BadRequest
from appservice.web.notice import Notice, notice_of
from appservice.web.pages import AllPages
from appservice.web.site import REPORT, Site
from bot.ids import ReportId, parse_code, report_id
from bot.moderating.report import Said
from bot.report import Ground, Report
from bot.words import spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPages:
    """The use cases behind the pages."""

    file: Callable[[str, Said], Awaitable[ReportId]]
    """By the secret that the browser gets. Raises Refusal for an offer that is not there."""
    look: Callable[[ReportId], Awaitable[Report | None]]
    by_letter: bool = False
    """What is decided is written to those who gave an address, too."""


def report_routes(site: Site, pages: AllPages, use: ReportPages) -> list[web.RouteDef]:
    browser = _Browser(site, pages, use)
    return [web.get(REPORT, browser.show), web.post(REPORT, browser.file)]


@dataclass(frozen=True, slots=True)
class _Browser:
    site: Site
    pages: AllPages
    use: ReportPages

    async def show(self, request: web.Request) -> web.Response:
        offer = parse_code(request.match_info["offer"])
        if offer is None:
            return self.pages(request).unknown_offer()
        receipt = request.query.get("receipt")
        if receipt is None:
            return self.pages(request).report(offer, Notice(), {})
        report = await self.use.look(report_id(receipt))
        if report is None or report.offer != offer:
            return self.pages(request).unknown_offer()
        return self.pages(request).report_receipt(
            report, by_letter=self.use.by_letter and bool(report.email)
        )

    async def file(self, request: web.Request) -> web.Response:
        if request.headers.get("Sec-Fetch-Site") not in OUR_OWN_PAGES:
            raise BadRequest(HTTPStatus.FORBIDDEN, spoken("This came from another website."))
        offer = parse_code(request.match_info["offer"])
        if offer is None:
            return self.pages(request).unknown_offer()
        notice = notice_of(await request.post())
        if notice.problems:
            return self.pages(request).report(offer, notice, notice.problems)
        receipt = secrets.token_urlsafe(24)
        said = Said(
            offer=offer,
            words=notice.words,
            ground=Ground(notice.ground),
            name=notice.name,
            email=notice.address,
        )
        await self.use.file(receipt, said)
        location = {"Location": self.site.report(offer, receipt)}
        return web.Response(status=HTTPStatus.SEE_OTHER, headers=location)
