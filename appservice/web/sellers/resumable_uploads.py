"""Where a seller's browser sends files in parts, and lets go of those it will not go on with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, SessionUser
from appservice.web.sellers.tus import Tus, speaking_tus
from appservice.web.site import STUDIO_UPLOADS, Site
from bot.errors import UserError
from bot.ids import AttachmentId, OfferId, UserId, parse_code

_TOKEN = "X-Form-Token"  # noqa: S105 - the name of a header

Act = Callable[[web.Request, UserId, OfferId, AttachmentId], Awaitable[web.Response]]


@dataclass(frozen=True, slots=True)
class UploadRoutes:
    site: Site
    pages: MemberPages
    visitors: Sessions
    tus: Tus

    def routes(self) -> list[web.RouteDef]:
        one = STUDIO_UPLOADS + "/{upload:[a-z0-9]{16}}"
        sellers = self.pages.seller_required
        return [
            web.options(STUDIO_UPLOADS, sellers(self.visitors, self.options)),
            web.post(STUDIO_UPLOADS, speaking_tus(sellers(self.visitors, self.begin))),
            web.head(one, self._own(self.tus.look)),
            web.patch(one, self._own(self.tus.take)),
            web.delete(one, self._own(self.tus.stop)),
            web.get(f"{one}/key", self._own(self.tus.key), allow_head=False),
            web.put(f"{one}/poster", self._own(self.tus.illustrate)),
            web.post(one, sellers(self.visitors, self.let_go)),
        ]

    async def options(self, _: web.Request, __: SessionUser) -> web.Response:
        return self.tus.options()

    async def begin(self, request: web.Request, visitor: SessionUser) -> web.Response:
        self.visitors.verify_csrf(request, request.headers.get(_TOKEN))
        offer = _offer_in(request)
        address = f"{self.site.studio_offer(offer)}/uploads"
        return await self.tus.begin(request, visitor.user, offer, address)

    async def let_go(self, request: web.Request, visitor: SessionUser) -> web.Response:
        """By a button, without scripts."""
        await self.visitors.csrf_form(request)
        offer = _offer_in(request)
        try:
            await self.tus.uploads.stop(visitor.user, offer, _upload_in(request))
        except UserError:
            return self.pages.unknown_offer(visitor)
        return self.pages.redirect(f"{self.site.studio_offer(offer)}#files")

    def _own(self, act: Act) -> Handler:
        """What changes something must come from a page of ours; to look harms nobody."""

        async def handle(request: web.Request, visitor: SessionUser) -> web.Response:
            if request.method != "HEAD":
                self.visitors.verify_csrf(request, request.headers.get(_TOKEN))
            return await act(request, visitor.user, _offer_in(request), _upload_in(request))

        return speaking_tus(self.pages.seller_required(self.visitors, handle))


def _offer_in(request: web.Request) -> OfferId:
    """One that nobody has for what is no code at all."""
    return parse_code(request.match_info["offer"]) or OfferId("")


def _upload_in(request: web.Request) -> AttachmentId:
    return AttachmentId(request.match_info["upload"])
