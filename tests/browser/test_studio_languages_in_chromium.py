"""The studio and the library in German, on a phone: nothing is wider than it, and nothing is left in English."""

import re

import pytest

from tests.browser.test_checkout_in_chromium import CHROMIUM, PHONE
from tests.browser.test_studio_in_chromium import Visit, a_house_with_offers, visit
from tests.support.member_pages_client import link_for

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
ENGLISH = re.compile(r"\b(the|your|with|sale|files?|words|page|paid|price)\b", re.IGNORECASE)
NAMES = re.compile(r"!ppv \w+|Sunset|#\S+")


async def reads(visiting: Visit, name: str) -> str:
    """All that stands on the page, which fits the screen."""
    page = visiting.page
    assert await visiting.inner_width() <= PHONE["width"]
    assert await page.evaluate("document.documentElement.lang") == "de"
    words = await page.evaluate("document.body.innerText")
    told = NAMES.sub("", str(words).replace("\u00a0", " "))
    assert not ENGLISH.findall(told), name
    return told


async def test_a_german_seller_reads_german() -> None:
    house = await a_house_with_offers()
    async with visit(house, viewport=PHONE, locale="de-DE") as visiting:
        page = visiting.page
        await page.goto(visiting.base + await link_for(house))
        assert "für zwölf Stunden" in await reads(visiting, "sign in")
        await page.get_by_role("button", name="Anmelden").click()
        await page.get_by_role("heading", name="Dein Studio").wait_for()
        assert "5,00 USD" in await reads(visiting, "home")
        await page.get_by_role("link", name="Verkäufe", exact=True).click()
        await page.get_by_role("heading", name="Verkäufe").wait_for()
        assert "Vom Link zu den Dateien" in await reads(visiting, "sales")
        await page.get_by_role("link", name="Seite", exact=True).click()
        await reads(visiting, "page")
        await page.get_by_role("link", name="Bibliothek", exact=True).click()
        await reads(visiting, "library")
        await page.get_by_role("link", name="Deine Daten").click()
        await reads(visiting, "data")
        await page.get_by_role("link", name="Studio", exact=True).click()
        await page.get_by_role("link", name="Sunset").first.click()
        await reads(visiting, "offer")
        await page.goto(f"{visiting.base}/studio")
        await page.get_by_role("button", name="Neues Angebot").click()
        await page.get_by_role("heading", name="Neues Angebot").wait_for()
        await page.get_by_label("Preis", exact=True).fill("3,50 EUR")
        await page.get_by_text("Käufer zahlen 3,50 EUR.").wait_for()
        await page.get_by_label("Preis", exact=True).fill("0.01 EUR")
        await page.get_by_text("0,01 EUR ist zu wenig.").wait_for()
        assert "Text und Preis" in await reads(visiting, "composer")
        await page.get_by_role("button", name="Abmelden").click()
        await page.get_by_role("heading", name="Du bist abgemeldet").wait_for()
        await reads(visiting, "signed out")
        assert visiting.complaints == []
