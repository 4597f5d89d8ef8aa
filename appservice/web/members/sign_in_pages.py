"""The browser of somebody who signs in by a link from a chat, and out again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from aiohttp import web

from appservice.web.members.member_pages import OwnPages
from appservice.web.members.sessions import Visitors, Who
from appservice.web.site import LIBRARY, SIGN_IN, SIGN_OUT, STUDIO, Site
from bot.domain.people.web_session import Place, SignInLink
from bot.services.auth.login import Entered

PLACES = {Place.STUDIO: STUDIO, Place.LIBRARY: LIBRARY}


class Enter(Protocol):
    async def __call__(self, secret: str, before: str | None = None) -> Entered: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPages:
    """The use cases behind the pages."""

    look: Callable[[str], Awaitable[SignInLink]]
    """Raises DeadLink."""
    enter: Enter
    """Raises DeadLink."""
    who: Who
    leave: Callable[[str], Awaitable[None]]


def sign_in_routes(
    site: Site, pages: OwnPages, visitors: Visitors, use: SignInPages
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
    pages: OwnPages
    visitors: Visitors
    use: SignInPages

    async def show(self, request: web.Request) -> web.Response:
        """A button, for programs that fetch links press none."""
        secret = request.query.get("with", "")
        link = await self.use.look(secret)
        return self.visitors.token_at_the_door(
            request, lambda token: self.pages.sign_in(request, link, secret, token)
        )

    async def enter(self, request: web.Request) -> web.Response:
        form = await self.visitors.own_form(request)
        entered = await self.use.enter(form.get("with", ""), before=self.visitors.secret(request))
        answer = self.pages.go_to(self.site.path(PLACES[entered.place]))
        self.visitors.remember(answer, entered.secret)
        return answer

    async def leave(self, request: web.Request) -> web.Response:
        await self.visitors.own_form(request)
        secret = self.visitors.secret(request)
        if secret is not None:
            await self.use.leave(secret)
        answer = self.pages.signed_out(request, HTTPStatus.OK)
        self.visitors.forget(answer)
        return answer
