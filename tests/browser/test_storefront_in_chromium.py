"""A seller's page for everybody, made in the studio and found by whoever has its address, in a real browser."""

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.browser.test_checkout_in_chromium import needs_chromium
from tests.browser.test_studio_in_chromium import WAYS, a_house_with_offers, visit

pytestmark = needs_chromium


@pytest.mark.parametrize("context", WAYS)
async def test_it_is_opened_filled_and_searched(context: dict[str, object]) -> None:
    house = await a_house_with_offers()
    async with visit(house, **context) as visiting:
        await visiting.signs_in()
        page = visiting.page
        await page.get_by_role("link", name="Page").click()
        await page.get_by_label("The page is open").check()
        await page.get_by_label("Its name in the address").fill("harbour")
        await page.get_by_label("A few words at its top").fill("Harbours at night.")
        for choice in await page.get_by_role("checkbox", name="Sunset").all():
            await choice.check()
        if context.get("java_script_enabled", True):
            assert (await Axe().run(page)).violations_count == 0
        await page.get_by_role("button", name="Save").click()
        await page.get_by_text("Saved. Everybody finds it at").wait_for()
        await page.get_by_role("link", name="Look at it").click()
        await page.get_by_text("Harbours at night.").wait_for()
        assert await page.get_by_role("link", name="Sunset").count() == 2
        assert await visiting.inner_width() <= page.viewport_size["width"]  # type: ignore[index]
        await page.get_by_role("searchbox").fill("nothing like it")
        await page.keyboard.press("Enter")
        await page.get_by_text("0 offers speak of that.").wait_for()
        await page.get_by_role("link", name="Show all").click()
        await page.get_by_role("link", name="Sunset").first.click()
        await page.get_by_role("heading", name="How to get it").wait_for()
        assert visiting.complaints == []
