"""The form to report an offer, in a real browser: by keyboard, on a phone, in the dark, below a path."""

from typing import Any

import pytest
from playwright.async_api import expect

from bot.domain.people.abuse_report import ReportCategory
from bot.errors import TemporaryError
from tests.browser.test_checkout_in_chromium import WAYS, needs_chromium, visit

pytestmark = needs_chromium


@pytest.mark.parametrize("context", WAYS)
async def test_an_offer_is_reported_from_its_page(context: dict[str, Any]) -> None:
    async with visit(**context) as visiting:
        page, shop = visiting.page, visiting.till
        await page.goto(visiting.personal)
        await page.get_by_role("link", name="Report this offer").click()
        await page.get_by_label("somebody else").check()
        await page.get_by_label("Why do you think so?").fill("I took this photo myself, in May.")
        await page.get_by_label("I believe in good faith").check()
        await page.get_by_role("button", name="Send the report").click()
        await page.get_by_text("Please say who you are.").wait_for()
        await expect(page.get_by_label("somebody else")).to_be_checked()
        await page.get_by_label("Your name").fill("Ann")
        await page.get_by_label("Your e-mail address").fill("ann@example.org")
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Thank you.").wait_for()
        (report,) = shop.reports.values()
        assert (report.category, report.name) == (ReportCategory.STOLEN, "Ann")
        width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0
        assert [said for said in visiting.complaints if "400" not in said] == []


async def test_words_are_shown_again_when_sending_fails() -> None:
    async with visit() as visiting:
        page = visiting.page
        await page.goto(visiting.personal)
        await page.get_by_role("link", name="Report this offer").click()
        await page.get_by_label("somebody else").check()
        await page.get_by_label("Why do you think so?").fill("I took this photo myself, in May.")
        await page.get_by_label("Your name").fill("Ann")
        await page.get_by_label("Your e-mail address").fill("ann@example.org")
        await page.get_by_label("I believe in good faith").check()
        visiting.till.failure = TemporaryError("Stripe is down")
        await page.get_by_role("button", name="Send the report").click()
        await page.get_by_role("heading", name="What you had typed").wait_for()
        shown = await page.locator("textarea").evaluate_all("all => all.map(each => each.value)")
        assert shown == ["I took this photo myself, in May.", "Ann", "ann@example.org"]
        assert visiting.till.reports == {}
