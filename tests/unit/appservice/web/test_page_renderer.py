"""What all pages have in common: safe to show, safe to leave open, whole below a prefix."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bot.domain.people.display_names import display_name
from bot.ids import UserId
from tests.support.color_contrast import contrast, palette
from tests.support.fake_page_data import CHECKOUT_ORIGIN, LINK, OFFER, SECRET, SESSION, SUNSET
from tests.support.fake_pages import Shop
from tests.support.hostile_names import HOSTILE_NAMES

BROWSER = {"Accept": "text/html"}
PATHS = [
    f"/m/{OFFER}",
    f"/m/{OFFER}?for={LINK}",
    f"/m/{OFFER}?for=dead",
    f"/m/{OFFER}?asked",
    f"/m/{OFFER}/claim?for=dead",
    "/m/0000000000",
    f"/api/stripe/chatmessages/success?session_id={SESSION}",
    "/api/stripe/chatmessages/success?session_id=none",
    "/nowhere",
]
MARKUP = "<script>alert(1)</script>\"'><b>&amp;{{ 7 * 7 }}"


class Outline(HTMLParser):
    """Tags and addresses in a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.styles: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in {"href", "src", "action", "data-news", "data-again", "data-files"}:
                self.addresses.append(value or "")
            if name == "style" or name.startswith("on"):
                self.styles.append(name)


async def test_markup_in_an_offer_is_shown_as_it_was_typed() -> None:
    offer = replace(SUNSET, text=MARKUP, seller_name=MARKUP, price=MARKUP)
    async with Shop(offer=offer).open() as client:
        for path in PATHS[:3]:
            html = await (await client.get(path, headers=BROWSER)).text()
            assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&gt;&lt;b&gt;&amp;amp;{{" in html
            assert not {"script", "b"} & set(Outline(html).tags)


_FORM_TOKEN = re.compile(r'value="[0-9a-z]{32}"')
"""Differs from page to page."""


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_a_hostile_display_name_is_shown_nowhere_and_the_id_everywhere(name: str) -> None:
    seller = UserId("@mallory:evil.test")
    offer = replace(SUNSET, seller_name=name, seller=seller)
    bare = replace(SUNSET, seller_name=display_name(name), seller=seller)
    for path in PATHS[:3]:
        pages = []
        for each in (offer, bare):
            async with Shop(offer=each).open() as client:
                page = await (await client.get(path, headers=BROWSER)).text()
                pages.append(_FORM_TOKEN.sub("", page))
        assert pages[0] == pages[1]
        assert seller in pages[0]


async def test_markup_in_the_reason_why_it_ended_is_shown_as_it_was_typed() -> None:
    offer = replace(SUNSET, ended=MARKUP, seller=UserId(f"@{MARKUP}:example.org"))
    async with Shop(offer=offer).open() as client:
        html = await (await client.get(PATHS[0], headers=BROWSER)).text()
    assert not {"script", "b"} & set(Outline(html).tags)


@pytest.mark.parametrize("path", PATHS)
async def test_pages_may_do_nothing_but_be_shown_and_lead_to_the_checkout(path: str) -> None:
    async with Shop().open() as client:
        headers = (await client.get(path, headers=BROWSER)).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    if "session_id=cs_" in path:
        assert (policy.pop("script-src"), policy.pop("connect-src")) == ("'self'", "'self'")
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "media-src": "'self'",
        "form-action": f"'self' {CHECKOUT_ORIGIN}",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "aiohttp" not in headers["Server"]


@pytest.mark.parametrize("path", PATHS)
async def test_pages_hold_what_the_policy_allows_and_nothing_from_elsewhere(path: str) -> None:
    async with Shop().open() as client:
        outline = Outline(await (await client.get(path, headers=BROWSER)).text())
    assert outline.styles == []
    assert not {"script", "style", "iframe", "base"} & set(outline.tags)
    assert outline.tags.count("h1") == 1
    for address in outline.addresses:
        assert address.startswith(("/", "data:image/svg+xml,", "https://matrix.to/#/"))


@pytest.mark.parametrize("path", PATHS)
async def test_below_a_prefix_every_address_has_it(path: str) -> None:
    async with Shop().open(prefix="/shop") as client:
        answer = await client.get("/shop" + path, headers=BROWSER)
        outline = Outline(await answer.text())
        ours = [address for address in outline.addresses if address.startswith("/")]
        assert ours
        assert all(address.startswith("/shop/") for address in ours)
        assert (await client.get(path, headers=BROWSER)).status == 404


async def test_below_a_prefix_what_is_bought_is_sent_and_opened_there() -> None:
    async with Shop(owned=True, proven=True).open(prefix="/shop") as client:
        for path in (f"/m/{OFFER}?for={LINK}", f"/m/{OFFER}/claim?for={LINK}"):
            answer = await client.get("/shop" + path, headers={"Cookie": f"ppv_claim={SECRET}"})
            outline = Outline(await answer.text())
            ours = [address for address in outline.addresses if address.startswith("/")]
            assert len(ours) >= 3
            assert all(address.startswith("/shop/") for address in ours)


async def test_the_stylesheet_has_a_name_for_its_content_and_stays_in_the_cache() -> None:
    async with Shop().open(prefix="/shop") as client:
        html = await (await client.get(f"/shop/m/{OFFER}", headers=BROWSER)).text()
        (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', html)
        answer = await client.get(style)
        assert (answer.status, answer.content_type) == (200, "text/css")
        assert "immutable" in answer.headers["Cache-Control"]
        assert "url(" not in await answer.text(), "nothing is loaded from elsewhere"


async def test_programs_are_answered_in_json() -> None:
    async with Shop().open() as client:
        answer = await client.get("/nowhere")
        assert (answer.status, answer.content_type) == (404, "application/json")
        assert "nothing at this address" in (await answer.json())["error"]


async def test_every_text_stands_out_from_its_ground_in_light_and_dark() -> None:
    """At least 4.5 to 1: https://www.w3.org/TR/WCAG21/#contrast-minimum"""
    async with Shop().open() as client:
        html = await (await client.get(f"/m/{OFFER}", headers=BROWSER)).text()
        (style,) = re.findall(r'rel="stylesheet" href="([^"]+)"', html)
        css = await (await client.get(style)).text()
    for dark in (False, True):
        colours = palette(css, dark=dark)
        for text, ground in [
            ("ink", "card"),
            ("ink", "tint"),
            ("ink", "good-tint"),
            ("soft", "card"),
            ("accent", "card"),
            ("accent-ink", "accent"),
            ("accent-ink", "accent-hover"),
            ("good", "good-tint"),
        ]:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground, dark)
