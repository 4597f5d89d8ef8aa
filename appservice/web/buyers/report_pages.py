"""Anybody's browser: the form to report an offer, and the page that says what became of the report."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.web.buyers.page_renderer import AllPages
from appservice.web.buyers.report_form import SubmittedReport, submitted_report
from appservice.web.csrf import CsrfGuard
from appservice.web.members.sessions import Sessions
from appservice.web.site import REPORT, Site
from bot.bootstrap import Bot
from bot.domain.people.abuse_report import ReportCategory
from bot.ids import OfferId, parse_code, report_id
from bot.services.moderation.submit_report import GetReport, ReportForm, SubmitReport


def report_routes(site: Site, pages: AllPages, visitors: Sessions, bot: Bot) -> list[web.RouteDef]:
    handlers = _ReportPages(
        site,
        pages,
        visitors,
        CsrfGuard(site),
        bot.submit_report,
        bot.get_report,
        bot.writes_letters,
    )
    return [web.get(REPORT, handlers.show), web.post(REPORT, handlers.file)]


@dataclass(frozen=True, slots=True)
class _ReportPages:
    site: Site
    pages: AllPages
    visitors: Sessions
    csrf: CsrfGuard
    submit_report: SubmitReport
    get_report: GetReport
    sends_email: bool
    """The decision is also sent by e-mail to reporters who gave an address."""

    async def show(self, request: web.Request) -> web.Response:
        offer = parse_code(request.match_info["offer"])
        if offer is None:
            return self.pages(request).unknown_offer()
        receipt = request.query.get("receipt")
        if receipt is None:
            return await self._form(request, offer, SubmittedReport())
        report = await self.get_report(report_id(receipt))
        if report is None or report.offer != offer:
            return self.pages(request).unknown_offer()
        return self.pages(request).report_receipt(
            report, by_letter=self.sends_email and bool(report.email)
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
        await self.submit_report(receipt, said, visitor.user if visitor else None)
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
