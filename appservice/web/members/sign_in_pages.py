"""The browser of somebody who signs in by a link from a chat, and out again."""

from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions
from appservice.web.site import LIBRARY, SIGN_IN, SIGN_OUT, STUDIO, Site
from bot.domain.people.web_session import LoginTarget
from bot.services.auth.login import LoginService

PLACES = {LoginTarget.STUDIO: STUDIO, LoginTarget.LIBRARY: LIBRARY}


def sign_in_routes(
    site: Site, pages: MemberPages, visitors: Sessions, login: LoginService
) -> list[web.RouteDef]:
    handlers = _LoginPages(site, pages, visitors, login)
    return [
        web.get(SIGN_IN, handlers.show),
        web.post(SIGN_IN, handlers.enter),
        web.post(SIGN_OUT, handlers.leave),
    ]


@dataclass(frozen=True, slots=True)
class _LoginPages:
    site: Site
    pages: MemberPages
    visitors: Sessions
    login: LoginService

    async def show(self, request: web.Request) -> web.Response:
        """A button, for programs that fetch links press none."""
        secret = request.query.get("with", "")
        link = await self.login.peek(secret)
        return self.visitors.prelogin_csrf_token(
            request, lambda token: self.pages.sign_in(request, link, secret, token)
        )

    async def enter(self, request: web.Request) -> web.Response:
        form = await self.visitors.csrf_form(request)
        entered = await self.login.login(form.get("with", ""), before=self.visitors.secret(request))
        answer = self.pages.redirect(self.site.path(PLACES[entered.target]))
        self.visitors.set_cookie(answer, entered.secret)
        return answer

    async def leave(self, request: web.Request) -> web.Response:
        await self.visitors.csrf_form(request)
        secret = self.visitors.secret(request)
        if secret is not None:
            await self.login.logout(secret)
        answer = self.pages.signed_out(request, HTTPStatus.OK)
        self.visitors.clear_cookie(answer)
        return answer
