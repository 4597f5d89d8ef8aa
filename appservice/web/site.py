"""Where the public pages stand, and whose they are."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from bot.i18n import gettext_lazy
from bot.ids import LinkToken, OfferId, RoomId, UserId, homeserver_of

OFFER = "/m/{offer}"
TEASER = "/m/{offer}/teaser.png"
CARD = "/m/{offer}/card.png"
FREE = "/m/{offer}/free"
ASK = "/m/{offer}/ask"
CHECKOUT = "/api/stripe/chatmessages"
AGAIN = "/m/{offer}/again"
CLAIM = "/m/{offer}/claim"
AFTER_PAYMENT = "/api/stripe/chatmessages/success"
AFTER_PAYMENT_NEWS = "/api/stripe/chatmessages/success/news"
STOREFRONT = "/s/{name}"
REPORT = "/report/{offer}"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
STUDIO = "/studio"
SALES = "/studio/sales"
LIBRARY = "/library"
OWN_DATA = "/library/data"
STUDIO_PAGE = "/studio/page"
WIDGET = "/widget"
STUDIO_PRICE = "/studio/price"
STUDIO_OFFERS = "/studio/offers"
STUDIO_OFFER = "/studio/offers/{offer}"
STUDIO_UPLOADS = STUDIO_OFFER + "/uploads"


@dataclass(frozen=True, slots=True, kw_only=True)
class Legal:
    """What the law wants at the foot of every page, as far as there is any."""

    imprint: str = ""
    privacy: str = ""
    terms: str = ""
    contact: str = ""
    """Whom to ask, in words."""

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """What each is called, and its address."""
        named = (
            (gettext_lazy("Imprint"), self.imprint),
            (gettext_lazy("Privacy"), self.privacy),
            (gettext_lazy("Terms"), self.terms),
        )
        return tuple((name, address) for name, address in named if address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Paths as browsers see them, and links into Matrix."""

    bot: UserId
    origin: str
    """Scheme and host as browsers name them: `https://ppv.example.org`."""
    prefix: str = ""
    """What comes before our paths: `/shop`, without a slash at its end."""
    secure: bool = True
    """Browsers come by https."""
    checkout_origins: frozenset[str]
    """Where buyers are sent to pay, such as `https://checkout.stripe.com`."""
    legal: Legal = Legal()
    framed_by: tuple[str, ...] = ()
    """Origins of the chat apps that may show these pages within theirs; none for pages that stand alone."""

    def path(self, path: str) -> str:
        return self.prefix + path

    def offer(self, offer: OfferId, link: LinkToken | None = None) -> str:
        query = f"?for={quote(link, safe='')}" if link else ""
        return self._of(offer, OFFER) + query

    def teaser(self, offer: OfferId) -> str:
        return self._of(offer, TEASER)

    def ask(self, offer: OfferId) -> str:
        return self._of(offer, ASK)

    def again(self, offer: OfferId) -> str:
        return self._of(offer, AGAIN)

    def free(self, offer: OfferId, number: int) -> str:
        return f"{self._of(offer, FREE)}/{number}"

    def share(self, offer: OfferId) -> str:
        """The whole address of an offer, as others are told it."""
        return self.origin + self.offer(offer)

    def card(self, offer: OfferId) -> str:
        """The whole address of its picture."""
        return self.origin + self._of(offer, CARD)

    def claim(self, offer: OfferId, link: LinkToken | None = None) -> str:
        query = f"?for={quote(link, safe='')}" if link else ""
        return self._of(offer, CLAIM) + query

    def claimed_files(self, offer: OfferId, link: LinkToken) -> str:
        return f"{self.claim(offer)}/files?for={quote(link, safe='')}"

    def claimed_file(self, offer: OfferId, link: LinkToken, number: int) -> str:
        return f"{self.claim(offer)}/files/{number}?for={quote(link, safe='')}"

    def report(self, offer: OfferId, receipt: str | None = None) -> str:
        query = f"?receipt={quote(receipt, safe='')}" if receipt else ""
        return self._of(offer, REPORT) + query

    def storefront(self, name: str) -> str:
        return self.path(STOREFRONT.format(name=quote(name, safe="")))

    def share_storefront(self, name: str) -> str:
        """The whole address, as others are told it."""
        return self.origin + self.storefront(name)

    def studio_offer(self, offer: OfferId) -> str:
        return self._of(offer, STUDIO_OFFER)

    def _of(self, offer: OfferId, path: str) -> str:
        return self.path(path.format(offer=quote(offer, safe="")))

    def policy(self, *, scripts: bool = False, opens_files: bool = False) -> str:
        """Pages may be shown and post their forms; some fetch what is new by a script, or open files.

        The address that a form's answer redirects to is held against `form-action` in Chromium, so
        the payment page must be in it.
        """
        forms = " ".join(["'self'", *sorted(self.checkout_origins)])
        frames = " ".join(self.framed_by) or "'none'"
        scripted = ("script-src 'self'", "connect-src 'self'")
        return "; ".join(
            (
                "default-src 'none'",
                "style-src 'self'",
                f"img-src 'self' data:{' blob:' if opens_files else ''}",
                f"media-src 'self'{' blob:' if opens_files else ''}",
                *(scripted if scripts or opens_files else ()),
                f"form-action {forms}",
                "base-uri 'none'",
                f"frame-ancestors {frames}",
            )
        )

    def for_widget(self, apps: tuple[str, ...]) -> "Site":
        """One's own pages once more, below a path where chat apps may show them."""
        return replace(self, prefix=self.path(WIDGET), framed_by=apps)

    @property
    def top_level(self) -> "Site":
        """Where the pages that everybody may open stand."""
        return replace(self, prefix=self.prefix.removesuffix(WIDGET), framed_by=())

    def chat_with_bot(self) -> str:
        return _matrix_to(self.bot)

    def room(self, room: RoomId) -> str:
        server = homeserver_of(self.bot)
        return f"{_matrix_to(room)}?via={quote(server, safe=':')}"


def page_headers(site: Site) -> dict[str, str]:
    """What browsers may do with our pages."""
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": site.policy(),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _matrix_to(identifier: str) -> str:
    """https://spec.matrix.org/v1.17/appendices/#matrixto-navigation"""
    return f"https://matrix.to/#/{quote(identifier, safe='')}"
