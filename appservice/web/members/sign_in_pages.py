"""The browser of somebody who signs in by a link from a chat, and out again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from aiohttp import web

from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions, Who
from appservice.web.site import LIBRARY, SIGN_IN, SIGN_OUT, STUDIO, Site
from bot.domain.people.web_session import LoginLink, LoginTarget
from bot.services.auth.login import LoginResult

PLACES = {LoginTarget.STUDIO: STUDIO, LoginTarget.LIBRARY: LIBRARY}


class Enter(Protocol):
    async def __call__(self, secret: str, before: str | None = None) -> LoginResult: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInUseCases:
    """The use cases behind the pages."""

    look: Callable[[str], Awaitable[LoginLink]]
    """Raises LinkExpired."""
    enter: Enter
    """Raises LinkExpired."""
    who: Who
    leave: Callable[[str], Awaitable[None]]


def sign_in_routes(
    site: Site, pages: MemberPages, visitors: Sessions, use: SignInUseCases
) -> list[web.RouteDef]:
    door = _Door(site, pages, visitors, use)
    return [
        web.get(SIGN_IN, door.show),
        web.post(SIGN_IN, door.enter),
        web.post(SIGN_OUT, door.leave),
    ]


@dataclass(frozen=True, slots=True)
class _Door:
    site: Site
    pages: MemberPages
    visitors: Sessions
    use: SignInUseCases

    async def show(self, request: web.Request) -> web.Response:
        """A button, for programs that fetch links press none."""
        secret = request.query.get("with", "")
        link = await self.use.look(secret)
        return self.visitors.prelogin_csrf_token(
            request, lambda token: self.pages.sign_in(request, link, secret, token)
        )

    async def enter(self, request: web.Request) -> web.Response:
        form = await self.visitors.csrf_form(request)
        entered = await self.use.enter(form.get("with", ""), before=self.visitors.secret(request))
        answer = self.pages.redirect(self.site.path(PLACES[entered.target]))
        self.visitors.set_cookie(answer, entered.secret)
        return answer

    async def leave(self, request: web.Request) -> web.Response:
        await self.visitors.csrf_form(request)
        secret = self.visitors.secret(request)
        if secret is not None:
            await self.use.leave(secret)
        answer = self.pages.signed_out(request, HTTPStatus.OK)
        self.visitors.clear_cookie(answer)
        return answer
