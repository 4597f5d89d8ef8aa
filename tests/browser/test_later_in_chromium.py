"""A draft is put on sale at a set time, in a real browser, with its own time zone or a chosen one."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from bot.domain.offers.listing import Schedule
from sandbox.sample_media import drawing
from tests.browser.test_checkout_in_chromium import DESKTOP, PHONE, needs_chromium
from tests.browser.test_studio_in_chromium import visit
from tests.support.bot_harness import ALICE, STUDIO, BotHarness

pytestmark = needs_chromium


async def a_house_with_a_draft() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    await house.sends(ALICE, STUDIO, drawing(seed=4).data, "draft.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    return house


def plan(house: BotHarness) -> Schedule | None:
    (offer,) = house.store.records.offers.values()
    return offer.schedule


@pytest.mark.parametrize(
    "context",
    [
        pytest.param(
            {"viewport": DESKTOP, "timezone_id": "America/New_York"}, id="desktop in New York"
        ),
        pytest.param({"viewport": PHONE, "color_scheme": "dark"}, id="phone in the dark"),
        pytest.param({"viewport": PHONE, "java_script_enabled": False}, id="without scripts"),
    ],
)
async def test_a_time_is_set_and_called_off(context: dict[str, object]) -> None:
    house = await a_house_with_a_draft()
    async with visit(house, **context) as visiting:
        await visiting.signs_in()
        page = visiting.page
        await page.get_by_role("link", name="Sunset").click()
        zone = page.get_by_label("Time zone")
        await page.get_by_text("Put it on sale later").click()
        if "timezone_id" in context:
            await expect(zone).to_have_value("America/New_York")
        else:
            await zone.select_option("Europe/Berlin")
        chosen = await zone.input_value()
        await page.get_by_label("Day and time").fill("2026-11-24T18:00")
        await page.get_by_role("button", name="Schedule it").click()
        await page.get_by_text("It goes on sale by itself at").wait_for()
        made = plan(house)
        assert made is not None
        assert (made.form_value, made.zone) == ("2026-11-24T18:00", chosen)
        assert await visiting.inner_width() <= page.viewport_size["width"]  # type: ignore[index]
        if context.get("java_script_enabled", True):
            assert (await Axe().run(page)).violations_count == 0
        await page.get_by_role("button", name="put it on sale by itself").click()
        await page.get_by_text("It waits for you now").wait_for()
        assert plan(house) is None
        assert visiting.complaints == []
