"""What the buyer's browser is shown: data in, answers with HTML out."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from textwrap import shorten
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment

from appservice.languages import Language, load_languages
from appservice.no_break import with_no_breaks
from appservice.web.accepted_language import language_of
from appservice.web.buyers.report_form import SubmittedReport
from appservice.web.error_pages import Fault
from appservice.web.forms import typed_before_fault
from appservice.web.site import AFTER_PAYMENT, AFTER_PAYMENT_NEWS, CHECKOUT, Site
from appservice.web.templating import templates_in
from bot.domain.people.abuse_report import Outcome, Report
from bot.ids import CheckoutSessionId, LinkToken, OfferId, RoomId, UserId, code_of, report_code_of
from bot.views.page_models import AfterPayment, ClaimPage, OfferPage, PersonalPage, StorefrontPage

_ABOUT = 200
"""Letters that a chat shows of a link."""
PAUSES = (1, 2, 2, 3, 5, 8, 15, 30, 30, 30, 60, 60)
"""Seconds before each new look at a payment that is not through yet; then the page rests."""


@dataclass(frozen=True, slots=True)
class Pages:
    """All pages of one site, in one language."""

    site: Site
    templates: Environment
    language: Language

    def offer(
        self,
        page: OfferPage,
        token: str,
        *,
        dead_link: bool = False,
        asked: bool = False,
        problem: str | None = None,
        typed: str = "",
    ) -> web.Response:
        """As anybody sees it. `token`: what its form carries.

        `dead_link`: the visitor came by a personal link that is none. `asked`: they have just asked
        for one. `problem`: what is wrong with what they `typed`.
        """
        status = HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK
        if dead_link:
            status = HTTPStatus.NOT_FOUND
        if page.ended:
            status = HTTPStatus.GONE
        return self._page(
            "offer.html",
            status,
            page=page,
            token=token,
            dead_link=dead_link,
            asked=asked,
            problem=problem,
            typed=typed,
            about_it=shorten(
                f"{page.text} ({self.language.contents(page.contents)})", _ABOUT, placeholder="…"
            ),
        )

    def personal(self, personal: PersonalPage, link: LinkToken, token: str) -> web.Response:
        gone = personal.page.ended and not personal.owned
        on_its_way = personal.owned and not personal.delivered
        return self._page(
            "personal.html",
            HTTPStatus.GONE if gone else HTTPStatus.OK,
            policy=self.site.policy(scripts=True) if on_its_way else None,
            page=personal.page,
            personal=personal,
            on_its_way=on_its_way,
            claim=self.site.claim(personal.page.offer, link),
            chat=self._chat(personal.direct_room),
            link=link,
            token=token,
            checkout=self.site.path(CHECKOUT),
        )

    def claim(self, claim: ClaimPage, link: LinkToken, token: str) -> web.Response:
        offer = claim.page.offer
        return self._page(
            "claim.html",
            HTTPStatus.OK,
            policy=self.site.policy(opens_files=True),
            page=claim.page,
            claim=claim,
            link=link,
            token=token,
            action=self.site.claim(offer),
            files=self.site.claimed_files(offer, link),
        )

    def unknown_offer(self) -> web.Response:
        return self._page("unknown_offer.html", HTTPStatus.NOT_FOUND)

    def storefront(self, page: StorefrontPage) -> web.Response:
        """A seller's page for everybody."""
        about = page.about or ", ".join(each.text for each in page.offers if each.text)
        return self._page(
            "storefront.html",
            HTTPStatus.OK,
            front=page,
            address=self.site.storefront(page.name),
            about_it=shorten(about, _ABOUT, placeholder="…"),
        )

    def unknown_storefront(self) -> web.Response:
        return self._page("unknown_storefront.html", HTTPStatus.NOT_FOUND)

    def after_payment(
        self, after: AfterPayment, session: CheckoutSessionId, *, looks: int
    ) -> web.Response:
        """Shows changes as they happen; without scripts it looks again by itself, less and less often."""
        pause = None if after.done or looks >= len(PAUSES) else PAUSES[looks]
        query = urlencode({"session_id": session})
        return self._page(
            "after_payment.html",
            HTTPStatus.OK,
            policy=self.site.policy(scripts=True),
            **self._standing(after, session, resting=pause is None, looks=looks),
            pause=pause,
            news=f"{self.site.path(AFTER_PAYMENT_NEWS)}?{query}",
        )

    def standing(
        self, after: AfterPayment, session: CheckoutSessionId, *, resting: bool = False
    ) -> str:
        """The part of that page that changes, as HTML. `resting`: nobody looks any more."""
        template = self.templates.get_template("standing.html")
        return with_no_breaks(template.render(self._standing(after, session, resting=resting)))

    def _standing(
        self, after: AfterPayment, session: CheckoutSessionId, *, resting: bool, looks: int = 0
    ) -> dict[str, object]:
        again = urlencode({"session_id": session, "looks": looks + 1})
        return {
            "after": after,
            "chat": self._chat(after.direct_room),
            "resting": resting,
            "again": f"{self.site.path(AFTER_PAYMENT)}?{again}",
        }

    def unknown_payment(self) -> web.Response:
        return self._page("unknown_payment.html", HTTPStatus.NOT_FOUND)

    def fault(self, fault: Fault, *, again: bool, typed: Mapping[str, str]) -> web.Response:
        """`again`: to try once more may help. `typed`: what must not be lost with the page before."""
        return self._page("fault.html", fault.status, fault=fault, again=again, had_typed=typed)

    def report(
        self,
        offer: OfferId,
        notice: SubmittedReport,
        problems: Mapping[str, str],
        user: UserId | None,
        token: str,
    ) -> web.Response:
        """The form; with what is missing, what was filled in already, and who is signed in."""
        return self._page(
            "report.html",
            HTTPStatus.BAD_REQUEST if problems else HTTPStatus.OK,
            offer=offer,
            code=code_of(offer),
            notice=notice,
            problems=problems,
            user=user,
            token=token,
        )

    def report_receipt(self, report: Report, *, by_letter: bool = False) -> web.Response:
        return self._page(
            "report_receipt.html",
            HTTPStatus.OK,
            report=report,
            by_letter=by_letter,
            code=report_code_of(report.id),
            upheld=report.decision is not None and report.decision.outcome is Outcome.UPHELD,
        )

    def _chat(self, direct_room: RoomId | None) -> str:
        return self.site.room(direct_room) if direct_room else self.site.chat_with_bot()

    def _page(
        self, template: str, status: HTTPStatus, *, policy: str | None = None, **shown: object
    ) -> web.Response:
        """`policy`: what else than all other pages it may do."""
        html = with_no_breaks(self.templates.get_template(template).render(shown))
        headers = {
            "Content-Language": self.language.code,
            "Vary": "Accept-Language",
            "Content-Security-Policy": policy or self.site.policy(),
        }
        return web.Response(text=html, status=status, content_type="text/html", headers=headers)


class AllPages:
    """The same pages in every language that we know."""

    def __init__(self, pages: Mapping[str, Pages]) -> None:
        self._pages = pages

    def __call__(self, request: web.Request) -> Pages:
        """In the language that the visitor's browser asks for."""
        return self._pages[language_of(request)]

    @property
    def templates(self) -> Mapping[str, Environment]:
        """By the code of the language."""
        return {code: each.templates for code, each in self._pages.items()}

    def face(self, request: web.Request, fault: Fault) -> web.Response:
        """How a fault looks: a page for people, JSON for programs."""
        if "text/html" not in request.headers.get("Accept", ""):
            ours = "X-Form-Token" in request.headers  # a script of our own pages, for somebody
            words = self(request).language.spoken(fault.words) if ours else fault.words
            return web.json_response({"error": words}, status=fault.status)
        again = request.method == "GET" and fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return self(request).fault(fault, again=again, typed=typed_before_fault(request))


def load_pages(site: Site, stylesheet: str, scripts: Mapping[str, str]) -> AllPages:
    """`stylesheet` and `scripts`, by the names of their files, are paths as browsers see them."""
    return AllPages(
        {
            code: Pages(
                site,
                templates_in(language, site=site, stylesheet=stylesheet, scripts=scripts),
                language,
            )
            for code, language in load_languages().items()
        }
    )
