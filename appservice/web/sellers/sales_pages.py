"""The seller's browser: sales, what became of the money, and giving it back."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import urlencode

from aiohttp import web

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, SessionUser, typed_in
from appservice.web.sellers.revenue_chart import HEIGHT, WIDTH, drawn, drawn_steps
from appservice.web.site import SALES, Site
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import parse_code
from bot.services.payments.refund_sale import RefundSale
from bot.services.reporting.funnel import STEPS
from bot.services.reporting.statement import Period
from bot.views.seller_sales import SaleFilter, SaleState, SellerSalesView

_NUMBER = re.compile(r"[0-9]{1,6}")
_FILTERS = ("period", "offer", "state")


def sales_routes(
    site: Site,
    pages: MemberPages,
    visitors: Sessions,
    view: SellerSalesView,
    refund_sale: RefundSale,
) -> list[web.RouteDef]:
    handlers = _SalesPages(site, pages, visitors, view, refund_sale)
    sellers = partial(pages.seller_required, visitors)
    return [
        web.get(SALES, sellers(handlers.show)),
        web.get(f"{SALES}.csv", sellers(handlers.table)),
        web.post(SALES + "/{sale}/refund", sellers(handlers.refund)),
    ]


@dataclass(frozen=True, slots=True)
class _SalesPages:
    site: Site
    pages: MemberPages
    visitors: Sessions
    view: SellerSalesView
    refund_sale: RefundSale

    async def show(self, request: web.Request, visitor: SessionUser) -> web.Response:
        return await self._page(request.query, visitor, done=request.query.get("done"))

    async def table(self, request: web.Request, visitor: SessionUser) -> web.Response:
        typed = request.query.get("period", "")
        period = Period.parsed(typed)
        name = "-".join(filter(None, ["sales", typed.strip()]))
        return web.Response(
            body=await self.view.table(visitor.user, period),
            content_type="text/csv",
            charset="utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )

    async def refund(self, request: web.Request, visitor: SessionUser) -> web.Response:
        typed = typed_in(await self.visitors.csrf_form(request))
        amount, reason, once = (typed.get(name, "") for name in ("amount", "reason", "form"))
        sale = request.match_info["sale"]
        try:
            await self.refund_sale(visitor.user, sale, amount, reason[:500], once)
        except UserError as refusal:
            return await self._page(
                typed,
                visitor,
                fault=gettext_lazy("{sale}: {why}", sale=sale[:40], why=refusal.words),
            )
        again = {name: typed[name] for name in _FILTERS if typed.get(name)}
        query = urlencode({**again, "done": "refund"})
        return self.pages.redirect(f"{self.site.path(SALES)}?{query}")

    async def _page(
        self,
        asked: Mapping[str, str],
        visitor: SessionUser,
        *,
        done: str | None = None,
        fault: str | None = None,
    ) -> web.Response:
        looked_for = {name: asked.get(name, "") for name in _FILTERS}
        number = asked.get("page", "")
        page = int(number) if _NUMBER.fullmatch(number) else 1
        try:
            wanted = _filter(looked_for)
        except UserError as refusal:
            wanted, fault = SaleFilter(), fault or refusal.words
        sales = await self.view(visitor.user, wanted, page)
        return self.pages.page(
            "studio/sales.html",
            HTTPStatus.CONFLICT if fault else HTTPStatus.OK,
            visitor=visitor,
            sales=sales,
            asked=looked_for,
            states=list(SaleState),
            query=urlencode({name: value for name, value in looked_for.items() if value}),
            charts=[
                (each, *drawn(each.weeks), each.funnel and drawn_steps(each.funnel))
                for each in sales.earnings
            ],
            steps=STEPS,
            width=WIDTH,
            height=HEIGHT,
            done=done,
            fault=fault,
            address=self.site.path(SALES),
            form=secrets.token_urlsafe(12),
        )


def _filter(typed: Mapping[str, str]) -> SaleFilter:
    """Raises UserError."""
    offer = parse_code(typed["offer"])
    if typed["offer"].strip() and offer is None:
        raise UserError(gettext_lazy("That is no code of an offer: it looks like K7QM2-XPA4E."))
    known = typed["state"] in set(SaleState)
    return SaleFilter(
        period=Period.parsed(typed["period"]),
        offer=offer,
        state=SaleState(typed["state"]) if known else None,
    )
