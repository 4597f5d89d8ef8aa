"""Giving a purchase back, a copy of one's data and being deleted, in a real browser."""

import json
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from bot.ids import OfferId, code_of
from sandbox.sample_media import drawing
from tests.browser.test_checkout_in_chromium import needs_chromium
from tests.browser.test_studio_in_chromium import WAYS, Visit, visit
from tests.support.bot_harness import BOB, LOUNGE, BotHarness
from tests.support.member_pages_client import library_link_for
from tests.support.real_pictures import RealPictures

pytestmark = needs_chromium


async def a_house_with_a_buyer() -> tuple[BotHarness, OfferId]:
    house = BotHarness(pictures=RealPictures())
    offer = await house.publishes(drawing(seed=3).data)
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(offer)}")
    await house.pays(BOB)
    return house, offer


async def signs_in(visiting: Visit) -> Page:
    page = visiting.page
    await page.goto(visiting.base + await library_link_for(visiting.house, BOB))
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="Your library").wait_for()
    return page


async def looks_well(visiting: Visit, context: dict[str, object]) -> None:
    assert await visiting.inner_width() <= dict(context["viewport"])["width"]  # type: ignore[call-overload]
    if context.get("java_script_enabled", True):
        results = await Axe().run(visiting.page)
        assert not results.violations_count, results.generate_report()


@pytest.mark.parametrize("context", WAYS)
async def test_a_purchase_is_given_back(context: dict[str, object]) -> None:
    house, offer = await a_house_with_a_buyer()
    async with visit(house, **context) as visiting:
        page = await signs_in(visiting)
        await looks_well(visiting, context)
        await page.get_by_role("link", name=f"Give it back: {code_of(offer)}").click()
        await page.get_by_role("heading", name="Give it back").wait_for()
        await looks_well(visiting, context)
        await page.get_by_role("link", name="Keep it").click()
        await page.get_by_role("link", name=f"Give it back: {code_of(offer)}").click()
        await page.get_by_role("button", name="Give it back for 5.00 USD").click()
        await page.get_by_text("Your purchase is cancelled.").wait_for()
        await house.work()
        await page.reload()
        await page.get_by_text("The money went back to you.").wait_for()
        assert visiting.complaints == []
    assert house.stripe.balance() == 0


@pytest.mark.parametrize("context", WAYS)
async def test_once_it_is_too_late_the_seller_is_asked(context: dict[str, object]) -> None:
    house, offer = await a_house_with_a_buyer()
    await house.time_passes(days=15)
    async with visit(house, **context) as visiting:
        page = await signs_in(visiting)
        await page.goto(f"{visiting.base}/library/{offer}/cancel")
        await page.get_by_label("What is wrong with it?").fill("It is blurred.")
        await looks_well(visiting, context)
        await page.get_by_role("button", name="Ask the seller").click()
        await page.get_by_text("The seller was told").wait_for()
        assert visiting.complaints == []


@pytest.mark.parametrize("context", WAYS)
async def test_a_copy_is_downloaded_and_all_is_deleted(
    context: dict[str, object], tmp_path: Path
) -> None:
    house, _ = await a_house_with_a_buyer()
    async with visit(house, **context) as visiting:
        page = await signs_in(visiting)
        await page.get_by_role("link", name="Your data").click()
        await looks_well(visiting, context)
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name="Download my data").click()
        download = await downloading.value
        await download.save_as(tmp_path / download.suggested_filename)
        assert json.loads((tmp_path / "my-data.json").read_text())["person"] == BOB
        await page.get_by_role("button", name="Delete my data").click()
        typed = page.get_by_label("To go on, type")
        await typed.fill("yes")
        await page.get_by_role("button", name="Delete it for ever").click()
        await page.get_by_role("alert").wait_for()
        await looks_well(visiting, context)
        await typed.fill(BOB)
        await page.get_by_role("button", name="Delete it for ever").click()
        await page.get_by_role("heading", name="You are forgotten").wait_for()
        await looks_well(visiting, context)
    await house.work()
    assert BOB not in repr(house.store.records)
