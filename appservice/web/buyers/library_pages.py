"""The buyer's browser: what one has bought, sent again, with its receipts, and given back."""

import secrets
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, SessionUser
from appservice.web.site import LIBRARY, OWN_DATA, Site
from bot.bootstrap import Bot
from bot.errors import UserError
from bot.ids import OfferId, parse_code
from bot.services.delivery.redeliver import NotBought, Redeliver
from bot.services.payments.right_of_withdrawal import CancelPurchase, NothingToCancel
from bot.views.library_view import LibraryView


def library_routes(
    site: Site, pages: MemberPages, visitors: Sessions, bot: Bot
) -> list[web.RouteDef]:
    handlers = _LibraryPages(
        site, pages, visitors, bot.library_view, bot.redeliver, bot.cancel_purchase
    )
    own = partial(pages.login_required, visitors)
    return [
        web.get(LIBRARY, own(handlers.show)),
        web.post(LIBRARY + "/{offer}/again", own(handlers.again)),
        web.get(LIBRARY + "/{offer}/receipt", own(handlers.receipt)),
        web.get(LIBRARY + "/{offer}/cancel", own(handlers.withdrawal)),
        web.post(LIBRARY + "/{offer}/cancel", own(handlers.withdraw)),
        web.post(LIBRARY + "/{offer}/ask", own(handlers.ask_seller)),
    ]


@dataclass(frozen=True, slots=True)
class _LibraryPages:
    site: Site
    pages: MemberPages
    visitors: Sessions
    library: LibraryView
    redeliver: Redeliver
    cancel_purchase: CancelPurchase

    async def show(self, request: web.Request, visitor: SessionUser) -> web.Response:
        return await self._page(visitor, done=request.query.get("done"))

    async def again(self, request: web.Request, visitor: SessionUser) -> web.Response:
        form = await self.visitors.csrf_form(request)
        try:
            await self.redeliver.by_form(
                visitor.user, _offer_in(request), form.get("form", "")[:40]
            )
        except UserError as refusal:
            return await self._page(visitor, fault=refusal.words)
        return self.pages.redirect(f"{self.site.path(LIBRARY)}?done=again")

    async def receipt(self, request: web.Request, visitor: SessionUser) -> web.Response:
        try:
            receipts = await self.library.receipts(visitor.user, _offer_in(request))
        except NotBought as refusal:
            return await self._page(visitor, fault=refusal.words, status=HTTPStatus.NOT_FOUND)
        return self.pages.page("studio/receipt.html", visitor=visitor, receipts=receipts)

    async def withdrawal(self, request: web.Request, visitor: SessionUser) -> web.Response:
        try:
            standing = await self.cancel_purchase.terms(visitor.user, _offer_in(request))
        except NothingToCancel as refusal:
            return await self._page(visitor, fault=refusal.words, status=HTTPStatus.NOT_FOUND)
        return self.pages.page(
            "studio/cancel.html",
            visitor=visitor,
            standing=standing,
            address=f"{self.site.path(LIBRARY)}/{standing.offer}",
            form=secrets.token_urlsafe(12),
        )

    async def withdraw(self, request: web.Request, visitor: SessionUser) -> web.Response:
        await self.visitors.csrf_form(request)
        try:
            await self.cancel_purchase(visitor.user, _offer_in(request))
        except UserError as refusal:
            return await self._page(visitor, fault=refusal.words)
        return self.pages.redirect(f"{self.site.path(LIBRARY)}?done=cancel")

    async def ask_seller(self, request: web.Request, visitor: SessionUser) -> web.Response:
        form = await self.visitors.csrf_form(request)
        words, once = form.get("words", ""), f"form:{form.get('form', '')[:40]}"
        try:
            await self.cancel_purchase.ask(visitor.user, _offer_in(request), words, once)
        except UserError as refusal:
            return await self._page(visitor, fault=refusal.words)
        return self.pages.redirect(f"{self.site.path(LIBRARY)}?done=ask")

    async def _page(
        self,
        visitor: SessionUser,
        *,
        done: str | None = None,
        fault: str | None = None,
        status: HTTPStatus = HTTPStatus.CONFLICT,
    ) -> web.Response:
        shelf = await self.library(visitor.user)
        room = shelf.direct_room
        return self.pages.page(
            "studio/library.html",
            status if fault else HTTPStatus.OK,
            visitor=visitor,
            shelf=shelf,
            chat=self.site.room(room) if room else self.site.chat_with_bot(),
            address=self.site.path(LIBRARY),
            own_data=self.site.path(OWN_DATA),
            form=secrets.token_urlsafe(12),
            done=done,
            fault=fault,
        )


def _offer_in(request: web.Request) -> OfferId:
    """One that nobody has for what is no code at all."""
    return parse_code(request.match_info["offer"]) or OfferId("")
