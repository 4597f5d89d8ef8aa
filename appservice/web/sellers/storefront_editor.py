"""The seller's browser: their page for everybody, and what stands on it."""

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, SessionUser, typed_in
from appservice.web.site import STUDIO_PAGE, Site
from bot.bootstrap import Bot
from bot.errors import UserError
from bot.ids import OfferId, parse_code
from bot.services.offers.edit_storefront import EditStorefront
from bot.views.storefront_view import StorefrontEditorView


def storefront_editor_routes(
    site: Site, pages: MemberPages, visitors: Sessions, bot: Bot
) -> list[web.RouteDef]:
    handlers = _StorefrontEditor(
        site, pages, visitors, bot.storefront_editor_view, bot.edit_storefront
    )
    sellers = partial(pages.seller_required, visitors)
    return [
        web.get(STUDIO_PAGE, sellers(handlers.show)),
        web.post(STUDIO_PAGE, sellers(handlers.save)),
    ]


@dataclass(frozen=True, slots=True)
class _StorefrontEditor:
    site: Site
    pages: MemberPages
    visitors: Sessions
    view: StorefrontEditorView
    edit_storefront: EditStorefront

    async def show(self, request: web.Request, visitor: SessionUser) -> web.Response:
        return await self._page(visitor, done=request.query.get("done"))

    async def save(self, request: web.Request, visitor: SessionUser) -> web.Response:
        form = await self.visitors.csrf_form(request)
        typed = typed_in(form)
        codes = (parse_code(each) for each in form.getall("shown", []))
        shown = frozenset(each for each in codes if each)
        name, about = (typed.get(field, "") for field in ("name", "about"))
        try:
            await self.edit_storefront.name(
                visitor.user, name, about, open_=typed.get("open") == "yes"
            )
        except UserError as refusal:
            return await self._page(visitor, fault=refusal.words, typed=typed, shown=shown)
        await self.edit_storefront.choose(visitor.user, shown)
        return self.pages.redirect(f"{self.site.path(STUDIO_PAGE)}?done=save")

    async def _page(
        self,
        visitor: SessionUser,
        *,
        done: str | None = None,
        fault: str | None = None,
        typed: dict[str, str] | None = None,
        shown: frozenset[OfferId] | None = None,
    ) -> web.Response:
        sheet = await self.view(visitor.user)
        marked = frozenset(each.offer for each in sheet.choices if each.public)
        return self.pages.page(
            "studio/page.html",
            HTTPStatus.CONFLICT if fault else HTTPStatus.OK,
            visitor=visitor,
            sheet=sheet,
            front=sheet.front,
            shown=marked if shown is None else shown,
            done=done,
            fault=fault,
            typed=typed or {},
            address=self.site.path(STUDIO_PAGE),
        )
