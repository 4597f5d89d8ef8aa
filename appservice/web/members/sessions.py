"""Who sits at the browser, told by its cookie, and whether a form that it sends is one of ours."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from aiohttp import web

from appservice.languages import ENGLISH
from appservice.web.accepted_language import language_of
from appservice.web.csrf import OUR_OWN_PAGES, cookie_name, cookie_secret, is_token_of
from appservice.web.error_pages import BadRequest
from appservice.web.forms import Form, form_of
from appservice.web.site import Site
from bot.domain.people.web_session import LINK_TTL, SESSION_TTL
from bot.i18n import gettext_lazy
from bot.ids import UserId, form_token
from bot.services.auth.login import LoginService
from config.addresses import is_same_origin


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionUser:
    """Somebody who is signed in."""

    user: UserId
    may_sell: bool
    token: str = field(repr=False)
    """What forms for this browser carry."""
    language: str = ENGLISH
    """Its code, as the browser asks for it."""
    recent_login: bool = False
    """They have only just signed in."""


@dataclass(frozen=True, slots=True)
class Sessions:
    site: Site
    login: LoginService

    @property
    def cookie(self) -> str:
        return cookie_name(self.site, "ppv-widget" if self.site.framed_by else "ppv")

    def secret(self, request: web.Request) -> str | None:
        return cookie_secret(request, self.cookie)

    async def current(self, request: web.Request) -> SessionUser | None:
        secret = self.secret(request)
        if self.site.framed_by and not self._by_our_own_page(request):
            return None
        known = await self.login.current_user(secret) if secret else None
        if secret is None or known is None:
            return None
        return SessionUser(
            user=known.user,
            may_sell=known.may_sell,
            token=form_token(secret),
            language=language_of(request),
            recent_login=known.recent_login,
        )

    async def csrf_form(self, request: web.Request) -> Form:
        """What was typed. Raises BadRequest for a form that another website sends."""
        form = await form_of(request)
        self.verify_csrf(request, form.get("token"))
        return form

    def verify_csrf(self, request: web.Request, token: object) -> None:
        """Raises BadRequest for a form that another website sends.

        `EventMeta` is null where we send `no-referrer`, and browsers of before 2023 have no
        `Sec-Fetch-Site`: so the token, which only pages of ours have, must be right in any case.
        https://fetch.spec.whatwg.org/#append-a-request-origin-header
        """
        origin = request.headers.get("Origin", "null")
        if (
            not self._by_our_own_page(request)
            or (origin != "null" and not is_same_origin(origin, self.site.origin))
            or not is_token_of(self.secret(request), token)
        ):
            raise BadRequest(
                HTTPStatus.FORBIDDEN,
                gettext_lazy(
                    "This form came from another website, or your browser keeps no cookies. Please open our page"
                    " again and try once more."
                ),
            )

    def _by_our_own_page(self, request: web.Request) -> bool:
        """Within a chat app the cookie comes with whatever asks, so there the browser must say who does."""
        asks = request.headers.get("Sec-Fetch-Site")
        return asks == "same-origin" if self.site.framed_by else asks in OUR_OWN_PAGES

    def prelogin_csrf_token(
        self, request: web.Request, answer: Callable[[str], web.Response]
    ) -> web.Response:
        """A page with a form, for a browser that need not be signed in: it is known again by a cookie."""
        secret = self.secret(request)
        if secret is not None:
            return answer(form_token(secret))
        secret = secrets.token_urlsafe(32)
        page = answer(form_token(secret))
        self.set_cookie(page, secret, LINK_TTL)
        return page

    def set_cookie(self, answer: web.Response, secret: str, lasts: timedelta = SESSION_TTL) -> None:
        if self.site.framed_by:
            self._remember_within_app(answer, secret, lasts)
            return
        answer.set_cookie(
            self.cookie,
            secret,
            max_age=int(lasts.total_seconds()),
            path=self.site.prefix or "/",
            secure=self.site.secure,
            httponly=True,
            samesite="Lax",
        )

    def _remember_within_app(self, answer: web.Response, secret: str, lasts: timedelta) -> None:
        """There we are a third party, with a jar of our own for each app (CHIPS). Spelled out, for Python
        knows `Partitioned` from 3.14 on. https://developer.mozilla.org/docs/Web/Privacy/Guides/Privacy_sandbox/Partitioned_cookies
        """
        seconds = int(lasts.total_seconds())
        answer.headers.add(
            "Set-Cookie",
            f"{self.cookie}={secret}; Max-Age={seconds}; Path={self.site.prefix}; Secure; HttpOnly;"
            " SameSite=None; Partitioned",
        )

    def clear_cookie(self, answer: web.Response) -> None:
        answer.del_cookie(
            self.cookie,
            path=self.site.prefix or "/",
            secure=self.site.secure,
            httponly=True,
            samesite="Lax",
        )


def typed_in(form: Form) -> dict[str, str]:
    """The fields of a form; of several with one name, the last."""
    return dict(form.items())
