"""Where the public pages stand, and whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from bot.ids import LinkToken, OfferId, RoomId, UserId

OFFER = "/m/{offer}"
TEASER = "/m/{offer}/teaser.png"
CHECKOUT = "/api/stripe/chatmessages"
AFTER_PAYMENT = "/api/stripe/chatmessages/success"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Paths as browsers see them, and links into Matrix."""

    bot: UserId
    prefix: str = ""
    """What comes before our paths: `/shop`, without a slash at its end."""
    checkout_origins: frozenset[str]
    """Where buyers are sent to pay, such as `https://checkout.stripe.com`."""

    def path(self, path: str) -> str:
        return self.prefix + path

    def offer(self, offer: OfferId, link: LinkToken | None = None) -> str:
        query = f"?for={quote(link, safe='')}" if link else ""
        return self.path(OFFER.format(offer=quote(offer, safe=""))) + query

    def teaser(self, offer: OfferId) -> str:
        return self.path(TEASER.format(offer=quote(offer, safe="")))

    def chat_with_bot(self) -> str:
        return _matrix_to(self.bot)

    def room(self, room: RoomId) -> str:
        server = self.bot.partition(":")[2]
        return f"{_matrix_to(room)}?via={quote(server, safe=':')}"


def page_headers(checkout_origins: Iterable[str]) -> dict[str, str]:
    """What browsers may do with our pages: show them, and post their forms.

    The address that a form's answer redirects to is held against `form-action` in Chromium, so
    the payment page must be in it.
    """
    forms = " ".join(["'self'", *sorted(checkout_origins)])
    policy = (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        f"form-action {forms}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "; ".join(policy),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "Server": "matrix-ppv",
        "X-Content-Type-Options": "nosniff",
    }


def _matrix_to(identifier: str) -> str:
    """https://spec.matrix.org/v1.17/appendices/#matrixto-navigation"""
    return f"https://matrix.to/#/{quote(identifier, safe='')}"
