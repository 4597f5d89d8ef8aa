"""What people see of their own: signing in, the studio, the library. Data in, answers with HTML out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web
from aiohttp.typedefs import Handler
from jinja2 import Environment

from appservice.languages import ENGLISH
from appservice.no_break import with_no_breaks
from appservice.web.accepted_language import language_of
from appservice.web.forms import typed_by_the_signed_out
from appservice.web.members.sessions import Sessions, SessionUser
from appservice.web.site import SIGN_IN, Site
from bot.domain.people.web_session import LoginLink
from bot.errors import AuthenticationError

OwnHandler = Callable[[web.Request, SessionUser], Awaitable[web.StreamResponse]]
"""Answers somebody who is signed in."""


@dataclass(frozen=True, slots=True)
class MemberPages:
    site: Site
    templates: Mapping[str, Environment]
    """By the code of the language."""
    stylesheet: str
    """The path of the one that only these pages need."""
    scripts: tuple[str, ...]
    """The paths of those that help to put drafts together, in their order."""

    def login_required(self, visitors: Sessions, handler: OwnHandler) -> Handler:
        """The handler of a route that all may open who are signed in."""

        async def handle(request: web.Request) -> web.StreamResponse:
            visitor = await visitors.current(request)
            if visitor is None:
                return self.signed_out(request, typed=await typed_by_the_signed_out(request))
            return await handler(request, visitor)

        return handle

    def seller_required(self, visitors: Sessions, handler: OwnHandler) -> Handler:
        """The same for those who may sell."""

        async def handle(request: web.Request, visitor: SessionUser) -> web.StreamResponse:
            if not visitor.may_sell:
                raise AuthenticationError("not a seller")
            return await handler(request, visitor)

        return self.login_required(visitors, handle)

    def sign_in(
        self, request: web.Request, link: LoginLink, secret: str, token: str
    ) -> web.Response:
        return self.page(
            "studio/sign_in.html",
            language=language_of(request),
            link=link,
            secret=secret,
            token=token,
            action=self.site.path(SIGN_IN),
        )

    def signed_out(
        self,
        request: web.Request,
        status: HTTPStatus = HTTPStatus.UNAUTHORIZED,
        *,
        typed: Mapping[str, str] | None = None,
    ) -> web.Response:
        """What those see who are not signed in, or not any more, with what they had typed."""
        return self.page(
            "studio/signed_out.html",
            status,
            language=language_of(request),
            just_now=status is HTTPStatus.OK,
            kept=typed or {},
            policy=self.site.policy(scripts=bool(typed)),
        )

    def unknown_offer(self, visitor: SessionUser) -> web.Response:
        return self.page("studio/unknown.html", HTTPStatus.NOT_FOUND, visitor=visitor)

    def redirect(self, address: str) -> web.Response:
        """After a form has done its work, so that loading again does not send it again."""
        return web.Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})

    def page(
        self,
        template: str,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        visitor: SessionUser | None = None,
        language: str = ENGLISH,
        policy: str | None = None,
        **shown: object,
    ) -> web.Response:
        """In the visitor's language, or else in the one with that code. `policy`: what else than others it may do."""
        code = visitor.language if visitor else language
        html = (
            self.templates[code]
            .get_template(template)
            .render(
                shown
                | {
                    "studio_style": self.stylesheet,
                    "studio_scripts": self.scripts,
                    "visitor": visitor,
                }
            )
        )
        headers = {
            "Content-Language": code,
            "Vary": "Accept-Language",
            "Content-Security-Policy": policy or self.site.policy(scripts=visitor is not None),
        }
        return web.Response(
            text=with_no_breaks(html), status=status, content_type="text/html", headers=headers
        )
