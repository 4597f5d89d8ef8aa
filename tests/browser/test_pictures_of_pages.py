"""The picture of the pages that the docs show: taken anew by `make pictures`, and found whole by every run."""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from appservice.web.http_server import listen
from tests.browser.test_checkout_in_chromium import PHONE, chromium, needs_chromium
from tests.support.fake_page_data import LINK, OFFER, SESSION
from tests.support.fake_pages import Shop

pytestmark = needs_chromium

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "pages.png"
HEIGHT = 1240
PAGES = (
    (Shop(), f"/m/{OFFER}"),
    (Shop(), f"/m/{OFFER}?for={LINK}"),
    (Shop(), f"/api/stripe/chatmessages/success?session_id={SESSION}"),
    (Shop(owned=True), f"/m/{OFFER}?for={LINK}"),
)
"""The offer as everybody sees it, as one buyer does, paid, and ever after."""


async def shot(page: Page, shop: Shop, path: str) -> Image.Image:
    async with listen(shop.application(), "127.0.0.1", 0) as port:
        await page.goto(f"http://127.0.0.1:{port}{path}", wait_until="networkidle")
        height = await page.evaluate("document.documentElement.scrollHeight")
        assert height <= HEIGHT, "the whole page is in the picture"
        return Image.open(io.BytesIO(await page.screenshot()))


async def test_a_buyers_way_fits_on_a_phone_and_into_one_picture() -> None:
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": PHONE["width"], "height": HEIGHT})
        shots = [await shot(page, shop, path) for shop, path in PAGES]
    whole = Image.new("RGB", (sum(each.width for each in shots), HEIGHT))
    for number, each in enumerate(shots):
        whole.paste(each, (number * each.width, 0))
    if os.environ.get("PPV_PICTURES"):
        whole.save(PICTURE, optimize=True)
    with Image.open(PICTURE) as shown:
        assert shown.size == whole.size
