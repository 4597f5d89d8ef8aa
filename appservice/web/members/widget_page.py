"""The studio within somebody's chat app, which says who opens it."""

from dataclasses import dataclass

from aiohttp import web

from appservice.web.accepted_language import language_of
from appservice.web.members.member_pages import MemberPages
from appservice.web.members.sessions import Sessions
from appservice.web.members.sign_in_pages import PLACES
from appservice.web.site import Site
from bot.services.auth.widget_login import WidgetLogin

_ENTER = "/sign-in"


def widget_routes(
    site: Site, pages: MemberPages, visitors: Sessions, login: WidgetLogin, script: str
) -> list[web.RouteDef]:
    """`site` is the widget's, with the clients that may frame it; `script` is the path of the widget's script."""
    handlers = _WidgetPages(site, pages, visitors, login, script)
    return [web.get("", handlers.show), web.post(_ENTER, handlers.enter)]


@dataclass(frozen=True, slots=True)
class _WidgetPages:
    site: Site
    pages: MemberPages
    visitors: Sessions
    login: WidgetLogin
    script: str

    async def show(self, request: web.Request) -> web.Response:
        return self.visitors.prelogin_csrf_token(
            request,
            lambda token: self.pages.page(
                "studio/widget.html",
                language=language_of(request),
                policy=self.site.policy(scripts=True),
                script=self.script,
                apps=self.site.framed_by,
                action=self.site.path(_ENTER),
                secret=request.query.get("for", ""),
                token=token,
            ),
        )

    async def enter(self, request: web.Request) -> web.Response:
        """Where to go on to, as JSON."""
        form = await self.visitors.csrf_form(request)
        secret, openid, server = (form.get(name, "") for name in ("for", "openid", "server"))
        entered = await self.login(secret, openid, server, before=self.visitors.secret(request))
        answer = web.json_response({"go": self.site.path(PLACES[entered.target])})
        self.visitors.set_cookie(answer, entered.secret)
        return answer
