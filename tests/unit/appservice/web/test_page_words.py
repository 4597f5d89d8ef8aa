"""No page says anything that the catalogues do not know: with words in brackets, none stand outside of them."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from gettext import NullTranslations
from html.parser import HTMLParser
from http import HTTPStatus
from typing import Any

from aiohttp import web

from appservice.languages import Language
from appservice.web.buyers.page_renderer import Pages
from appservice.web.buyers.report_form import SubmittedReport
from appservice.web.error_pages import Fault
from appservice.web.site import Legal, Site
from appservice.web.templating import templates_in
from bot.domain.offers.attachment import MediaKind
from bot.domain.people.abuse_report import Decision, Outcome, Report, ReportCategory
from bot.ids import CheckoutSessionId, LinkToken, ReportId, UserId
from bot.views.page_models import (
    AfterPayment,
    BoughtFile,
    ClaimPage,
    FreeFile,
    PersonalPage,
    ShownOffer,
    StorefrontPage,
)
from tests.support.factories import NOON
from tests.support.fake_page_data import PURCHASE, SUNSET

OUTSIDE = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD = {"alt", "aria-label", "placeholder", "title"}
SHOWN_BY_CHATS = {"og:title", "og:description", "og:image:alt"}
SOMEBODY, LINK, SESSION = UserId("@1:2"), LinkToken("3"), CheckoutSessionId("4")
OFFER = replace(
    SUNSET,
    code="5-6",
    text="7",
    price="8.90",
    seller=SOMEBODY,
    seller_name="9",
    free=7,
    previews=tuple(
        FreeFile(number=0, name="0", kind=kind, mimetype=mimetype, size=10, tag="0")
        for kind, mimetype in [
            (MediaKind.IMAGE, "image/png"),
            (MediaKind.VIDEO, "video/mp4"),
            (MediaKind.AUDIO, "audio/mpeg"),
            (MediaKind.FILE, "text/html"),
        ]
    ),
)
PERSONAL = PersonalPage(
    page=OFFER,
    buyer=SOMEBODY,
    owned=False,
    already=2,
    pending=None,
    direct_room=None,
    goods=tuple(
        BoughtFile(kind, 10**power, 1000)
        for kind, power in zip(MediaKind, (1, 4, 7, 10), strict=True)
    ),
    rounds=1,
    delivered=True,
    stuck=None,
    on_the_web=2,
)
FRONT = StorefrontPage(
    name="1",
    seller=SOMEBODY,
    seller_name="1",
    about="",
    offers=(
        ShownOffer(
            offer=OFFER.offer,
            code="1",
            text="",
            price="1",
            contents=OFFER.contents,
            teaser=None,
        ),
    ),
    found=2,
    wanted="",
    page=1,
    pages=1,
)
CLAIM = ClaimPage(page=OFFER, buyer=SOMEBODY, owned=True, stuck="stuck", code=None, proven=False)
REPORT = Report(
    id=ReportId("a" * 64),
    offer=OFFER.offer,
    category=ReportCategory.FRAUD,
    description="1",
    created_at=NOON,
)
PAID = AfterPayment(
    purchase=PURCHASE,
    paid=True,
    delivered=True,
    processing=False,
    stuck=None,
    waits_for_buyer=False,
    on_the_web=2,
    direct_room=None,
)


class Brackets(NullTranslations):
    """A language in which everything is said in brackets."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


class Reading(HTMLParser):
    """What is read on a page, and what is read aloud."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        said = [given[name] for name in READ_ALOUD & given.keys()]
        if given.get("property") in SHOWN_BY_CHATS:
            said.append(given["content"])
        if "data-words" in given:
            said.extend(json.loads(given["data-words"]).values())
        self.text = " ".join([self.text, *said, ""])

    def handle_data(self, data: str) -> None:
        self.text += data


def pages() -> Pages:
    language = Language("xx", Brackets())
    legal = Legal(imprint="/1", privacy="/2", terms="/3", contact="4")
    site = Site(bot=SOMEBODY, origin="https://1", checkout_origins=frozenset(), legal=legal)
    scripts = dict.fromkeys(("after_payment.js", "archive.js", "claim.js", "look_again.js"), "/")
    return Pages(site, templates_in(language, site=site, stylesheet="/", scripts=scripts), language)


def all_pages() -> Iterator[web.Response]:
    every, ended = pages(), replace(OFFER, ended="ended")
    for page in (OFFER, ended, replace(OFFER, free=5), replace(OFFER, teaser=None)):
        yield every.offer(page, "t")
    yield every.offer(OFFER, "t", dead_link=True)
    yield every.offer(OFFER, "t", asked=True)
    yield every.offer(OFFER, "t", problem="problem", typed="1")
    yield every.unknown_offer()
    yield every.unknown_storefront()
    for found in ({}, {"found": 1, "wanted": "1"}, {"offers": ()}, {"page": 2, "pages": 3}):
        yield every.storefront(replace(FRONT, **found))
    changes: list[dict[str, Any]] = [
        *({}, {"pending": "pending"}, {"page": ended}, {"owned": True}),
        *({"owned": True, "delivered": False}, {"owned": True, "delivered": False, "stuck": "s"}),
    ]
    for change in changes:
        yield every.personal(replace(PERSONAL, **change), LINK, "t")
    for change in ({}, {"owned": False}, {"code": "1"}, {"proven": True}):
        yield every.claim(replace(CLAIM, **change), LINK, "t")
    for change in (
        *({}, {"delivered": False}, {"delivered": False, "stuck": "stuck"}),
        *({"paid": False}, {"paid": False, "processing": True}),
    ):
        for looks in (0, 99):
            yield every.after_payment(replace(PAID, **change), SESSION, looks=looks)
    yield every.unknown_payment()
    for problems in ({}, SubmittedReport().problems):
        yield every.report(OFFER.offer, SubmittedReport(), problems, None, "t")
        yield every.report(OFFER.offer, SubmittedReport(), problems, UserId("@b:c"), "t")
    for outcome in (None, *Outcome):
        ruling = Decision(outcome=outcome, reason="1", at=NOON) if outcome else None
        yield every.report_receipt(replace(REPORT, decision=ruling))
    for again in (True, False):
        fault = Fault(status=HTTPStatus.CONFLICT, words="words")
        yield every.fault(fault, again=again, typed={"text": "1"})


def outside(html: str) -> list[str]:
    """Words that stand outside of brackets, but for what is to be typed."""
    text = re.sub(r"!ppv \w+", "", Reading(html).text)
    while "⟦" in text:
        fewer = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        assert fewer != text, "brackets that are open at their end"
        text = fewer
    return OUTSIDE.findall(text)


def test_every_word_on_a_page_is_in_the_catalogues() -> None:
    rendered = [str(page.text) for page in all_pages()]
    assert len(rendered) > 30
    for html in rendered:
        assert "⟦" in html
        assert outside(html) == []


def test_words_that_are_not_would_be_found() -> None:
    assert outside("<p>⟦one <b>two</b>⟧</p><p title='three'>four</p>") == ["three", "four"]
