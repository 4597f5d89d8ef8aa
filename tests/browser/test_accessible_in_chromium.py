"""Every page can be read and used by everybody: axe finds nothing, and a keyboard is enough."""

from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

from appservice.web.http_server import listen
from appservice.web.site import Legal
from bot.domain.offers.attachment import MediaKind
from bot.views.page_models import FreeFile, ShownOffer, StorefrontPage
from tests.browser.test_checkout_in_chromium import (
    DESKTOP,
    PHONE,
    PREFIX,
    chromium,
    needs_chromium,
    visit,
)
from tests.support.fake_page_data import LINK, OFFER, SECRET, SESSION, SUNSET, teaser
from tests.support.fake_pages import Shop

pytestmark = needs_chromium

PICTURE = teaser()
PREVIEWS = tuple(
    FreeFile(number=number, name=name, kind=kind, mimetype=mimetype, size=len(PICTURE), tag=name)
    for number, (name, kind, mimetype) in enumerate(
        [
            ("roof.png", MediaKind.IMAGE, "image/png"),
            ("roof.mp4", MediaKind.VIDEO, "video/mp4"),
            ("roof.mp3", MediaKind.AUDIO, "audio/mpeg"),
            ("plan.pdf", MediaKind.FILE, "application/pdf"),
        ]
    )
)
ROOM_LINK = f"/m/{OFFER}"
PERSONAL = f"{ROOM_LINK}?for={LINK}"
CLAIM = f"{ROOM_LINK}/claim?for={LINK}"
BACK = f"/api/stripe/chatmessages/success?session_id={SESSION}"
LEGAL = Legal(
    imprint="/imprint", privacy="/privacy", terms="/terms", contact="Ask the pier office."
)
STUCK = "You have an invitation from the bot to a direct chat."
FRONT = StorefrontPage(
    name="harbour",
    seller=SUNSET.seller,
    seller_name="Alice",
    about="Harbours at night.",
    offers=(
        ShownOffer(
            offer=OFFER,
            code=SUNSET.code,
            text=SUNSET.text,
            price=SUNSET.price,
            contents=SUNSET.contents,
            teaser=PICTURE,
        ),
    ),
    found=1,
    wanted="",
    page=1,
    pages=2,
)


def paying(**after: Any) -> Shop:
    shop = Shop()
    shop.goes_on(**after)
    return shop


PAGES = {
    "offer": (
        Shop(offer=replace(SUNSET, free=5, previews=PREVIEWS), previews=(PICTURE,) * 4),
        ROOM_LINK,
    ),
    "offer without a picture": (Shop(offer=replace(SUNSET, teaser=None, text="")), ROOM_LINK),
    "asked": (Shop(), f"{ROOM_LINK}?asked"),
    "dead link": (Shop(), f"{ROOM_LINK}?for=dead"),
    "ended": (Shop(offer=replace(SUNSET, ended="This offer has ended.")), ROOM_LINK),
    "unknown offer": (Shop(offer=None), ROOM_LINK),
    "personal": (Shop(), PERSONAL),
    "personal, pending": (Shop(pending="Your payment for this is on its way."), PERSONAL),
    "bought": (Shop(owned=True), PERSONAL),
    "on its way": (Shop(owned=True, delivered=False, stuck=STUCK), PERSONAL),
    "claim": (Shop(owned=True, stuck=STUCK), CLAIM),
    "claim with a code": (Shop(owned=True, claim_code="123456"), CLAIM),
    "claim, proven": (Shop(owned=True, proven=True, goods=(PICTURE,)), CLAIM),
    "waiting": (paying(paid=False, delivered=False), BACK),
    "resting": (paying(paid=False, delivered=False), f"{BACK}&looks=50"),
    "paid": (paying(delivered=False), BACK),
    "paid, stuck": (paying(delivered=False, stuck=STUCK), BACK),
    "delivered": (Shop(), BACK),
    "takes days": (paying(paid=False, delivered=False, processing=True), BACK),
    "unknown payment": (Shop(), BACK[:-1]),
    "storefront": (Shop(storefront=FRONT), "/s/harbour"),
    "storefront, searched": (Shop(storefront=FRONT), "/s/harbour?q=roof"),
    "unknown storefront": (Shop(), "/s/harbour"),
    "report": (Shop(legal=LEGAL), f"/report/{OFFER}"),
    "offer with a foot": (Shop(legal=LEGAL), ROOM_LINK),
    "fault": (Shop(), "/nowhere"),
}


@pytest.mark.parametrize(
    "context",
    [{"viewport": DESKTOP, "color_scheme": "light"}, {"viewport": PHONE, "color_scheme": "dark"}],
    ids=["desktop", "phone in the dark"],
)
async def test_axe_finds_nothing(context: dict[str, Any]) -> None:
    found = {}
    async with chromium() as browser:
        page = await browser.new_page(**context)
        await page.set_content("<img src='x'>")
        assert (await Axe().run(page)).violations_count, "axe finds what there is to find"
        for name, (shop, path) in PAGES.items():
            async with listen(shop.application(prefix=PREFIX), "127.0.0.1", 0) as port:
                base = f"http://127.0.0.1:{port}{PREFIX}"
                await page.context.clear_cookies()
                await page.context.add_cookies(
                    [{"name": "ppv_claim", "value": SECRET, "url": base + ROOM_LINK}]
                )
                await page.goto(base + path)
                results = await Axe().run(page)
                if results.violations_count:
                    found[name] = results.generate_report()
                await page.goto("about:blank")
    assert found == {}


async def tab_to(page: Page, wanted: Locator) -> None:
    """By the Tab key alone."""
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("element => element === document.activeElement"):
            outline = await wanted.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none", "one sees where one is"
            return
    pytest.fail("the Tab key never came there")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_from_the_room_to_the_goods_by_keyboard_alone(scripts: bool) -> None:
    async with visit(viewport=PHONE, java_script_enabled=scripts) as visiting:
        page, shop = visiting.page, visiting.till
        await page.goto(shop.base + ROOM_LINK)
        await tab_to(page, page.get_by_label("Or tell the bot who you are on Matrix"))
        await page.keyboard.type("@bob:elsewhere.org")
        await page.keyboard.press("Enter")
        await page.get_by_text("Please look into your chats.").wait_for()
        assert len(shop.wanted) == 1
        await page.goto(visiting.personal)
        await tab_to(page, page.get_by_role("button", name="Unlock for 5.00 USD"))
        await page.keyboard.press("Enter")
        pay = page.get_by_role("button", name="Pay 5.00 USD")
        await pay.wait_for()
        await tab_to(page, pay)
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Paid. It is on its way to your chat.").wait_for()
        shop.goes_on(delivered=True)
        await page.get_by_role("heading", name="Paid. It is in your chat now.").wait_for()
        chat = page.get_by_role("link", name="Open the chat")
        await tab_to(page, chat)
        await expect(chat).to_be_focused()
