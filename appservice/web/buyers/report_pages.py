"""Anybody's browser: the form to report an offer, and the page that says what became of the report."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.web.buyers.page_renderer import AllPages
from appservice.web.buyers.report_form import SubmittedReport, submitted_report
from appservice.web.csrf import CsrfGuard
from appservice.web.members.sessions import Sessions
from appservice.web.site import REPORT, Site
from bot.domain.people.abuse_report import Report, ReportCategory
from bot.ids import OfferId, ReportId, UserId, parse_code, report_id
from bot.services.moderation.submit_report import ReportForm


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUseCases:
    """The use cases behind the pages."""

    file: Callable[[str, ReportForm, UserId | None], Awaitable[ReportId]]
    """By the secret that the browser gets, and by whoever is signed in there. Raises UserError for an
    offer that is not there."""
    look: Callable[[ReportId], Awaitable[Report | None]]
    by_letter: bool = False
    """What is decided is written to those who gave an address, too."""


def report_routes(
    site: Site, pages: AllPages, visitors: Sessions, use: ReportUseCases
) -> list[web.RouteDef]:
    browser = _Browser(site, pages, visitors, CsrfGuard(site), use)
    return [web.get(REPORT, browser.show), web.post(REPORT, browser.file)]


@dataclass(frozen=True, slots=True)
class _Browser:
    site: Site
    pages: AllPages
    visitors: Sessions
    csrf: CsrfGuard
    use: ReportUseCases

    async def show(self, request: web.Request) -> web.Response:
        offer = parse_code(request.match_info["offer"])
        if offer is None:
            return self.pages(request).unknown_offer()
        receipt = request.query.get("receipt")
        if receipt is None:
            return await self._form(request, offer, SubmittedReport())
        report = await self.use.look(report_id(receipt))
        if report is None or report.offer != offer:
            return self.pages(request).unknown_offer()
        return self.pages(request).report_receipt(
            report, by_letter=self.use.by_letter and bool(report.email)
        )

    async def file(self, request: web.Request) -> web.Response:
        notice, offer = (
            submitted_report(await self.csrf.form(request)),
            parse_code(request.match_info["offer"]),
        )
        if offer is None:
            return self.pages(request).unknown_offer()
        if notice.problems:
            return await self._form(request, offer, notice, notice.problems)
        receipt = secrets.token_urlsafe(24)
        said = ReportForm(
            offer=offer,
            description=notice.words,
            category=ReportCategory(notice.ground),
            name=notice.name,
            email=notice.address,
        )
        visitor = await self.visitors.current(request)
        await self.use.file(receipt, said, visitor.user if visitor else None)
        location = {"Location": self.site.report(offer, receipt)}
        return web.Response(status=HTTPStatus.SEE_OTHER, headers=location)

    async def _form(
        self,
        request: web.Request,
        offer: OfferId,
        notice: SubmittedReport,
        problems: Mapping[str, str] | None = None,
    ) -> web.Response:
        visitor = await self.visitors.current(request)
        user = visitor.user if visitor else None
        page = partial(self.pages(request).report, offer, notice, problems or {}, user)
        return self.csrf.page(request, page)
