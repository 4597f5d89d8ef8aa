"""Forms on pages that need no sign-in: only our own pages may send them.

A cookie holds a random secret, each form a token derived from it. Another website can neither read
the cookie nor set one with the prefix `__Host-`, and `SameSite=Lax` keeps it out of its posts.
https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from aiohttp import web

from appservice.web.error_pages import BadRequest
from appservice.web.forms import Form, form_of
from appservice.web.site import Site
from bot.i18n import gettext_lazy
from bot.ids import form_token

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,200}", re.ASCII)
OUR_OWN_PAGES = {None, "same-origin", "none"}
"""What `Sec-Fetch-Site` may say; browsers of before 2023 and programs do not send it."""


def cookie_name(site: Site, name: str) -> str:
    """Bind a cookie to our host, and to https, in every browser that knows these prefixes.

    `__Host-` would show it to all that stands on the host, so below a path it is `__Secure-`.
    https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html#name-cookie-name-prefixes
    """
    if not site.secure:
        return name
    return f"__Secure-{name}" if site.prefix else f"__Host-{name}"


def cookie_secret(request: web.Request, name: str) -> str | None:
    """Return what the cookie holds; None for what none of ours ever held."""
    secret = request.cookies.get(name, "")
    return secret if _SECRET.fullmatch(secret) else None


def is_token_of(secret: str | None, token: object) -> bool:
    if secret is None or not isinstance(token, str):
        return False
    return hmac.compare_digest(token.encode(errors="replace"), form_token(secret).encode())


def require_no_other_site(request: web.Request) -> None:
    """Raises BadRequest if the browser says that another website asks."""
    if request.headers.get("Sec-Fetch-Site") not in OUR_OWN_PAGES:
        raise BadRequest(
            HTTPStatus.FORBIDDEN,
            gettext_lazy("This came from another website. Please open our own page and try again."),
        )


@dataclass(frozen=True, slots=True)
class CsrfGuard:
    """Puts tokens into forms, and takes only forms with one."""

    site: Site

    @property
    def cookie(self) -> str:
        return cookie_name(self.site, "ppv-form")

    def page(self, request: web.Request, answer: Callable[[str], web.Response]) -> web.Response:
        """Return the page that `answer` makes with the token for this browser."""
        secret = cookie_secret(request, self.cookie)
        if secret is not None:
            return answer(form_token(secret))
        secret = secrets.token_urlsafe(32)
        page = answer(form_token(secret))
        page.set_cookie(
            self.cookie,
            secret,
            path=self.site.prefix or "/",
            secure=self.site.secure,
            httponly=True,
            samesite="Lax",
        )
        return page

    async def form(self, request: web.Request) -> Form:
        """Return the fields of a form of ours. Raises BadRequest for one that another website sends.

        A browser that keeps no cookies, but vouches by `Sec-Fetch-Site` that our own page asks, is
        believed, because no website can set that header.
        https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
        """
        require_no_other_site(request)
        form = await form_of(request)
        ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
        if not ours and not is_token_of(cookie_secret(request, self.cookie), form.get("token")):
            raise BadRequest(
                HTTPStatus.FORBIDDEN,
                gettext_lazy(
                    "This form came from another website, or your browser keeps no cookies. Please open our page"
                    " again and try once more."
                ),
            )
        return form
