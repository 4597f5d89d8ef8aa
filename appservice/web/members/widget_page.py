"""The studio within somebody's chat app, which says who opens it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from appservice.web.accepted_language import language_of
from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions
from appservice.web.members.sign_in_pages import PLACES
from appservice.web.site import Site
from bot.services.auth.login import LoginResult

_ENTER = "/sign-in"


class EnterWidget(Protocol):
    def __call__(
        self, secret: str, token: str, server: str, before: str | None = None
    ) -> Awaitable[LoginResult]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetUseCases:
    """What stands behind the pages."""

    apps: tuple[str, ...]
    """Origins of the chat apps that may show them; none, and there are no such pages."""
    enter: EnterWidget
    """Raises UserError and TemporaryError."""


def widget_routes(
    site: Site, pages: MemberPages, visitors: Sessions, use: WidgetUseCases, script: str
) -> list[web.RouteDef]:
    """`site` is the one beside the chat; `script` the path of what speaks with the app."""
    door = _Door(site, pages, visitors, use, script)
    return [web.get("", door.show), web.post(_ENTER, door.enter)]


@dataclass(frozen=True, slots=True)
class _Door:
    site: Site
    pages: MemberPages
    visitors: Sessions
    use: WidgetUseCases
    script: str

    async def show(self, request: web.Request) -> web.Response:
        return self.visitors.prelogin_csrf_token(
            request,
            lambda token: self.pages.page(
                "studio/widget.html",
                language=language_of(request),
                policy=self.site.policy(scripts=True),
                script=self.script,
                apps=self.use.apps,
                action=self.site.path(_ENTER),
                secret=request.query.get("for", ""),
                token=token,
            ),
        )

    async def enter(self, request: web.Request) -> web.Response:
        """Where to go on to, as JSON."""
        form = await self.visitors.csrf_form(request)
        secret, openid, server = (form.get(name, "") for name in ("for", "openid", "server"))
        entered = await self.use.enter(secret, openid, server, before=self.visitors.secret(request))
        answer = web.json_response({"go": self.site.path(PLACES[entered.target])})
        self.visitors.set_cookie(answer, entered.secret)
        return answer
