"""The seller's browser: their offers, and what they change of them."""

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, SessionUser, typed_in
from appservice.web.sellers.draft_editor import DraftEditor
from appservice.web.site import STUDIO, STUDIO_OFFER, Site
from bot.domain.money.money import Money
from bot.domain.money.price_parser import parse_price_only
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, UserId, parse_code, parse_user_id
from bot.views.seller_offers import OfferDetails, OfferList


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioUseCases:
    """The use cases behind the pages. Those that change something raise Refusal."""

    currency: str
    """Taken where a seller names none."""
    offers: Callable[[UserId, int], Awaitable[OfferList]]
    offer: Callable[[UserId, OfferId], Awaitable[OfferDetails | None]]
    reprice: Callable[[OfferId, Money, UserId], Awaitable[object]]
    reword: Callable[[OfferId, str, UserId], Awaitable[object]]
    withdraw: Callable[[OfferId, UserId], Awaitable[object]]
    publish: Callable[[UserId, OfferId, Sequence[str]], Awaitable[None]]
    """In more rooms, by id or alias."""
    give: Callable[[OfferId, UserId, UserId], Awaitable[None]]
    """By the seller, to somebody."""


_NUMBER = re.compile(r"[0-9]{1,6}")


def studio_routes(
    site: Site, pages: MemberPages, visitors: Sessions, use: StudioUseCases, composer: DraftEditor
) -> list[web.RouteDef]:
    studio = _Studio(site, pages, visitors, use, composer)
    sellers = pages.seller_required
    return [
        web.get(STUDIO, sellers(visitors, studio.home)),
        web.get(STUDIO_OFFER, sellers(visitors, studio.offer)),
        web.post(f"{STUDIO_OFFER}/price", sellers(visitors, studio.reprice)),
        web.post(f"{STUDIO_OFFER}/text", sellers(visitors, studio.reword)),
        web.post(f"{STUDIO_OFFER}/withdraw", sellers(visitors, studio.withdraw)),
        web.post(f"{STUDIO_OFFER}/rooms", sellers(visitors, studio.publish)),
        web.post(f"{STUDIO_OFFER}/present", sellers(visitors, studio.give)),
    ]


Change = Callable[[OfferId, Mapping[str, str]], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class _Studio:
    site: Site
    pages: MemberPages
    visitors: Sessions
    use: StudioUseCases
    composer: DraftEditor

    async def home(self, request: web.Request, visitor: SessionUser) -> web.Response:
        number = request.query.get("page", "")
        page = int(number) if _NUMBER.fullmatch(number) else 1
        offers = await self.use.offers(visitor.user, page)
        form = secrets.token_urlsafe(12)
        return self.pages.page("studio/home.html", visitor=visitor, offers=offers, form=form)

    async def offer(self, request: web.Request, visitor: SessionUser) -> web.Response:
        """A draft is put together, all else is looked at."""
        draft = await self.composer.show(request, visitor)
        return draft or await self._sheet(request, visitor, done=request.query.get("done"))

    async def reprice(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, typed: Mapping[str, str]) -> None:
            price = parse_price_only(typed.get("price", ""), self.use.currency)
            await self.use.reprice(offer, price, visitor.user)

        return await self._changed(request, visitor, change, done="price")

    async def reword(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, typed: Mapping[str, str]) -> None:
            await self.use.reword(offer, typed.get("text", ""), visitor.user)

        return await self._changed(request, visitor, change, done="text")

    async def withdraw(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, _: Mapping[str, str]) -> None:
            await self.use.withdraw(offer, visitor.user)

        return await self._changed(request, visitor, change, done="withdrawn")

    async def publish(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, typed: Mapping[str, str]) -> None:
            rooms = typed.get("room", "").replace(",", " ").split()
            await self.use.publish(visitor.user, offer, rooms)

        return await self._changed(request, visitor, change, done="publish")

    async def give(self, request: web.Request, visitor: SessionUser) -> web.Response:
        async def change(offer: OfferId, typed: Mapping[str, str]) -> None:
            to = parse_user_id(typed.get("to", ""))
            if to is None:
                raise UserError(
                    gettext_lazy("That is no Matrix ID. They look like @bob:example.org.")
                )
            await self.use.give(offer, visitor.user, to)

        return await self._changed(request, visitor, change, done="given")

    async def _changed(
        self, request: web.Request, visitor: SessionUser, change: Change, *, done: str
    ) -> web.Response:
        """Back on the offer's page, which says that it is done, or why it is not, with what was typed."""
        typed = typed_in(await self.visitors.csrf_form(request))
        offer = parse_code(request.match_info["offer"])
        if offer is None or await self.use.offer(visitor.user, offer) is None:
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
        sheet = await self.use.offer(visitor.user, offer) if offer else None
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
