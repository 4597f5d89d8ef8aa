"""The seller's browser: their offers, and what they change of them."""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, SessionUser, typed_in
from appservice.web.sellers.draft_editor import DraftEditor
from appservice.web.site import STUDIO, STUDIO_OFFER, Site
from bot.bootstrap import Bot
from bot.domain.money.price_parser import parse_price_only
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, parse_code, parse_user_id
from bot.services.offers.edit_offer import EditOffer
from bot.services.offers.publish_offer import PublishOffer
from bot.services.payments.gift_purchase import GiftPurchase
from bot.views.seller_offers import SellerOffersView

_NUMBER = re.compile(r"[0-9]{1,6}")


def studio_routes(
    site: Site, pages: MemberPages, visitors: Sessions, bot: Bot, draft_editor: DraftEditor
) -> list[web.RouteDef]:
    handlers = _StudioPages(
        site,
        pages,
        visitors,
        bot.seller_offers_view,
        bot.edit_offer,
        bot.publish_offer,
        bot.gift_purchase,
        draft_editor,
    )
    sellers = pages.seller_required
    return [
        web.get(STUDIO, sellers(visitors, handlers.home)),
        web.get(STUDIO_OFFER, sellers(visitors, handlers.offer)),
        web.post(f"{STUDIO_OFFER}/price", sellers(visitors, handlers.reprice)),
        web.post(f"{STUDIO_OFFER}/text", sellers(visitors, handlers.reword)),
        web.post(f"{STUDIO_OFFER}/withdraw", sellers(visitors, handlers.withdraw)),
        web.post(f"{STUDIO_OFFER}/rooms", sellers(visitors, handlers.publish)),
        web.post(f"{STUDIO_OFFER}/present", sellers(visitors, handlers.give)),
    ]


Change = Callable[[OfferId, Mapping[str, str]], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _StudioPages:
    site: Site
    pages: MemberPages
    visitors: Sessions
    view: SellerOffersView
    edit_offer: EditOffer
    publish_offer: PublishOffer
    gift_purchase: GiftPurchase
    draft_editor: DraftEditor

    async def home(self, request: web.Request, visitor: SessionUser) -> web.Response:
        number = request.query.get("page", "")
        page = int(number) if _NUMBER.fullmatch(number) else 1
        offers = await self.view.offers(visitor.user, page)
        form = secrets.token_urlsafe(12)
        return self.pages.page("studio/home.html", visitor=visitor, offers=offers, form=form)

    async def offer(self, request: web.Request, visitor: SessionUser) -> web.Response:
        """A draft is put together, all else is looked at."""
        draft = await self.draft_editor.show(request, visitor)
        return draft or await self._sheet(request, visitor, done=request.query.get("done"))

    async def reprice(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, typed: Mapping[str, str]) -> None:
            price = parse_price_only(typed.get("price", ""), self.view.currency)
            await self.edit_offer.reprice(offer, price, visitor.user)

        return await self._changed(request, visitor, change, done="price")

    async def reword(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, typed: Mapping[str, str]) -> None:
            await self.edit_offer.reword(offer, typed.get("text", ""), visitor.user)

        return await self._changed(request, visitor, change, done="text")

    async def withdraw(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, _: Mapping[str, str]) -> None:
            await self.edit_offer.withdraw(offer, visitor.user)

        return await self._changed(request, visitor, change, done="withdrawn")

    async def publish(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, typed: Mapping[str, str]) -> None:
            rooms = typed.get("room", "").replace(",", " ").split()
            await self.publish_offer(visitor.user, offer, rooms)

        return await self._changed(request, visitor, change, done="publish")

    async def give(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, typed: Mapping[str, str]) -> None:
            to = parse_user_id(typed.get("to", ""))
            if to is None:
                raise UserError(
                    gettext_lazy("That is no Matrix ID. They look like @bob:example.org.")
                )
            await self.gift_purchase(offer, visitor.user, to)

        return await self._changed(request, visitor, change, done="given")

    async def _changed(
        self, request: web.Request, visitor: SessionUser, change: Change, *, done: str
    ) -> web.Response:
        """Back on the offer's page, which says that it is done, or why it is not, with what was typed."""
        typed = typed_in(await self.visitors.csrf_form(request))
        offer = parse_code(request.match_info["offer"])
        if offer is None or await self.view.offer(visitor.user, offer) is None:
            return self.pages.unknown_offer(visitor)
        try:
            await change(offer, typed)
        except UserError as refusal:
            return await self._sheet(request, visitor, fault=refusal.words, typed=typed)
        return self.pages.redirect(f"{self.site.studio_offer(offer)}?done={done}")

    async def _sheet(
        self,
        request: web.Request,
        visitor: SessionUser,
        *,
        done: str | None = None,
        fault: str | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> web.Response:
        offer = parse_code(request.match_info["offer"])
        sheet = await self.view.offer(visitor.user, offer) if offer else None
        if sheet is None:
            return self.pages.unknown_offer(visitor)
        return self.pages.page(
            "studio/offer.html",
            HTTPStatus.CONFLICT if fault else HTTPStatus.OK,
            visitor=visitor,
            sheet=sheet,
            offer=sheet.line,
            done=done,
            fault=fault,
            typed=typed or {},
        )
